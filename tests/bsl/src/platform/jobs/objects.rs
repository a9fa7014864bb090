//! The job manager and a job as BSL sees them. A job's object is a snapshot: its state does not change by itself.

use crate::platform::collections::Array;
use crate::platform::enumerations::EnumValue;
use crate::platform::errors::ErrorInfo;
use crate::platform::jobs::state::{JobState, Outcome};
use crate::platform::jobs::{process, thread};
use crate::platform::structure::Structure;
use crate::platform::table::Property;
use crate::platform::uuid::Uuid;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::plain::Plain;
use crate::value::{Object, Value, is};
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const PROPERTIES: &[Property] =
    &[Property { ru: "ФоновыеЗадания", en: "BackgroundJobs", get: |_| Ok(Value::object(Manager)) }];

struct Manager;

struct Job {
    state: Arc<JobState>,
    outcome: Outcome,
    ended: Option<i64>,
}

/// A snapshot of now.
#[must_use]
pub fn value(state: &Arc<JobState>) -> Value {
    let (outcome, ended) = {
        let life = state.life();
        (life.outcome.clone(), life.ended)
    };
    Value::object(Job { state: state.clone(), outcome, ended })
}

/// Seconds; without them there is no end of waiting.
fn limit(args: &Args, n: usize) -> Run<Option<Duration>> {
    match args.given(n) {
        None => Ok(None),
        Some(_) => Ok(Some(Duration::from_secs_f64(args.number(n)?.to_f64().unwrap_or_default().max(0.0)))),
    }
}

impl Object for Manager {
    fn type_name(&self) -> String {
        "МенеджерФоновыхЗаданий".into()
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "выполнить", "execute") {
            args.count(1, 4)?;
            return execute(session, args);
        }
        if is(name, "найтипоуникальномуидентификатору", "findbyuuid") {
            args.count(1, 1)?;
            let uuid = args.with(0, |uuid: &Uuid| Ok(uuid.0.clone()))?;
            let found = session.world.jobs.all().into_iter().find(|job| job.uuid == uuid);
            return Ok(found.map_or(Value::Undefined, |job| value(&job)));
        }
        if is(name, "получитьфоновыезадания", "getbackgroundjobs") {
            args.count(0, 1)?;
            return find(session, args);
        }
        if is(name, "ожидатьзавершениявыполнения", "waitforexecutioncompletion") {
            args.count(1, 2)?;
            return wait_for_any(session, args);
        }
        Err(self.unknown("метод", name))
    }
}

/// The method's name, an array of its arguments, a key, a title.
fn execute(session: &Session, args: &Args) -> Run<Value> {
    let (method, key, title) = (args.text(0)?, args.text_or(2, "")?, args.text_or(3, "")?);
    let given = match args.given(1) {
        None | Some(Value::Undefined) => Vec::new(),
        Some(_) => args.with(1, |array: &Array| array.items.borrow().iter().map(Plain::of).collect())?,
    };
    let found = method.split_once('.').and_then(|(module, own)| {
        let module = session.world.module(&module.to_lowercase())?;
        module.method(&own.to_lowercase()).map(|method| method.exported)
    });
    match found {
        Some(true) => {}
        _ => return raise(format!("Метод {method} не найден среди экспортируемых методов общих модулей")),
    }
    let active = |job: &Arc<JobState>| job.is_active() && job.key == *key && job.method == *method;
    if !key.is_empty() && session.world.jobs.all().iter().any(active) {
        return raise("Задание с такими значениями ключа уже выполняется");
    }
    let job = session.world.jobs.add(&method, &key, &title);
    let begun = value(&job);
    if session.world.settings.processes {
        process::start(&session.world, &job, &given);
    } else {
        thread::start(&session.world, &job, given);
    }
    Ok(begun)
}

type Keep = Box<dyn Fn(&Arc<JobState>) -> bool>;

/// By the fields of a structure: state, key, method, title, identifier.
fn find(session: &Session, args: &Args) -> Run<Value> {
    let mut found = session.world.jobs.all();
    if args.given(0).is_some() {
        let wanted = args.with(0, |structure: &Structure| Ok(structure.fields.borrow().clone()))?;
        for (name, wanted) in wanted {
            let text = wanted.present();
            let keep: Keep = if is(&name, "состояние", "state") {
                Box::new(move |job| crate::value::same(&state(&job.outcome()), &wanted))
            } else if is(&name, "ключ", "key") {
                Box::new(move |job| job.key == *text)
            } else if is(&name, "имяметода", "methodname") {
                Box::new(move |job| job.method == *text)
            } else if is(&name, "наименование", "description") {
                Box::new(move |job| job.title == *text)
            } else if is(&name, "уникальныйидентификатор", "uuid") {
                Box::new(move |job| job.uuid == *text)
            } else {
                return Err(Fail::unknown(format!("отбор фоновых заданий по {name}")));
            };
            found.retain(|job| keep(job));
        }
    }
    Ok(Value::object(Array::of(found.iter().map(value).collect())))
}

/// Waits until one of them has ended and gives new snapshots of all.
fn wait_for_any(session: &Session, args: &Args) -> Run<Value> {
    let limit = limit(args, 1)?;
    let items = args.with(0, |array: &Array| Ok(array.items.borrow().clone()))?;
    let jobs = items.iter().map(|item| item.as_object::<Job>().map(|job| job.state.clone()));
    let Some(jobs) = jobs.collect::<Option<Vec<_>>>() else {
        return raise("Неверный тип элемента массива (ОжидатьЗавершенияВыполнения)");
    };
    let started = Instant::now();
    while jobs.iter().all(|job| job.is_active()) && !jobs.is_empty() {
        session.breathe()?;
        if limit.is_some_and(|limit| started.elapsed() >= limit) {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(Value::object(Array::of(jobs.iter().map(value).collect())))
}

fn state(outcome: &Outcome) -> Value {
    let word = match outcome {
        Outcome::Active => "Активно",
        Outcome::Completed => "Завершено",
        Outcome::Failed(_) => "ЗавершеноАварийно",
        Outcome::Cancelled => "Отменено",
    };
    EnumValue::of("СостояниеФоновогоЗадания", word)
}

impl Object for Job {
    fn type_name(&self) -> String {
        "ФоновоеЗадание".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        Ok(if is(name, "состояние", "state") {
            state(&self.outcome)
        } else if is(name, "уникальныйидентификатор", "uuid") {
            Value::object(Uuid(self.state.uuid.clone()))
        } else if is(name, "информацияобошибке", "errorinfo") {
            match &self.outcome {
                Outcome::Failed(error) => Value::object(ErrorInfo((**error).clone())),
                _ => Value::Undefined,
            }
        } else if is(name, "ключ", "key") {
            self.state.key.clone().into()
        } else if is(name, "наименование", "description") {
            self.state.title.clone().into()
        } else if is(name, "имяметода", "methodname") {
            self.state.method.clone().into()
        } else if is(name, "начало", "begin") {
            Value::Date(self.state.started / 1000)
        } else if is(name, "конец", "end") {
            self.ended.map_or(Value::Undefined, |at| Value::Date(at / 1000))
        } else {
            return Err(self.unknown("свойство", name));
        })
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "ожидатьзавершениявыполнения", "waitforexecutioncompletion") {
            args.count(0, 1)?;
            self.state.wait(limit(args, 0)?, || session.breathe())?;
            return Ok(value(&self.state));
        }
        if is(name, "отменить", "cancel") {
            args.count(0, 0)?;
            self.state.cancel();
            return Ok(Value::Undefined);
        }
        if is(name, "получитьсообщенияпользователю", "getusermessages") {
            args.count(0, 1)?;
            let mut life = self.state.life();
            let said = if args.truth_or(0, false)? { std::mem::take(&mut life.said) } else { life.said.clone() };
            let said = said.into_iter().map(|text| Value::object(Message(text))).collect();
            return Ok(Value::object(Array::of(said)));
        }
        Err(self.unknown("метод", name))
    }
}

struct Message(String);

impl Object for Message {
    fn type_name(&self) -> String {
        "СообщениеПользователю".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        if is(name, "текст", "text") {
            Ok(self.0.clone().into())
        } else {
            Err(self.unknown("свойство", name))
        }
    }
}
