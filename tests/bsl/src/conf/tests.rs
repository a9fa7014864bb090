//! The tests of the data processor Тесты: each exported function of its object module whose name begins with Тест.

use crate::conf::{Configuration, Kind};
use crate::platform::processors;
use crate::run::{Args, Session, Settings, World};
use crate::script::{finish_jobs, within};
use crate::syntax::ast::{Method, Module, Name};
use crate::value::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PROCESSOR: &str = "Тесты";
const PREFIX: &str = "тест";
/// The parameter that says how many messages.
const COUNT: &str = "количество";

#[derive(Debug)]
pub struct TestReport {
    pub name: String,
    /// What the test says of what it measured, or why it failed.
    pub result: Result<String, String>,
    pub took: Duration,
}

impl TestReport {
    #[must_use]
    pub fn in_words(&self) -> String {
        let (word, said) = match &self.result {
            Ok(said) => ("прошёл", said),
            Err(said) => ("ОШИБКА", said),
        };
        format!("{word}  {}  {:.1} с  {said}", self.name, self.took.as_secs_f64())
    }
}

fn is_test(method: &Method) -> bool {
    method.exported && method.name.lower.starts_with(PREFIX)
}

fn object_module(conf: &Configuration) -> Result<Arc<Module>, String> {
    let name = format!("Обработка.{PROCESSOR}");
    let file = conf.modules.iter().find(|file| file.kind == Kind::ProcessorObject && file.name == name);
    let file = file.ok_or_else(|| format!("нет модуля объекта обработки {PROCESSOR}"))?;
    let made = Configuration::compile(file, crate::syntax::Target::Server);
    made.map(Arc::new).map_err(|errors| crate::script::in_lines(&errors))
}

/// # Errors
/// There is no such processor, or its module does not compile.
pub fn test_names(conf: &Configuration) -> Result<Vec<String>, String> {
    let module = object_module(conf)?;
    Ok(module.methods.iter().filter(|method| is_test(method)).map(|method| method.name.shown.to_string()).collect())
}

/// The names that the processor itself lists, for its form.
///
/// # Errors
/// The list cannot be had.
pub fn listed_tests(conf: &Configuration, library: &Path) -> Result<Vec<String>, String> {
    let world = World::new(Settings::default(), |_| {});
    conf.install(&world, library)?;
    within(Duration::from_secs(20), &world, |world| {
        let session = Session::new(world, None);
        let list = || {
            let Value::Object(object) = processors::create(&session, PROCESSOR)? else { return Ok(Vec::new()) };
            let list =
                object.call(&session, &Name::new("СписокТестов"), &Args::of_values("СписокТестов", Vec::new()))?;
            let Value::Object(list) = list else { return Ok(Vec::new()) };
            let name = |item: &Value| match item {
                Value::Object(item) => item.get(&session, &Name::new("Имя")).map(|name| name.present().to_string()),
                other => Ok(other.present().to_string()),
            };
            list.items()?.iter().map(name).collect()
        };
        list().map_err(|fail: crate::run::Fail| fail.to_string())
    })
}

/// Runs the tests whose names contain `part`, each in a world of its own. `count` goes to those that
/// take a number of messages, `limit` is for each.
///
/// # Errors
/// There are no tests, or the configuration does not compile.
pub fn tests(
    conf: &Configuration,
    part: &str,
    count: Option<i64>,
    limit: Duration,
    settings: &Settings,
    library: &Path,
    mut tell: impl FnMut(&TestReport),
) -> Result<Vec<TestReport>, String> {
    let module = object_module(conf)?;
    let wanted = |method: &&Method| is_test(method) && method.name.lower.contains(&part.to_lowercase());
    let mut reports = Vec::new();
    for method in module.methods.iter().filter(wanted) {
        let began = Instant::now();
        let world = World::new(settings.clone(), |_| {});
        conf.install(&world, library)?;
        let result = one(&world, method, count, limit);
        let report = TestReport { name: method.name.shown.to_string(), result, took: began.elapsed() };
        tell(&report);
        reports.push(report);
    }
    if reports.is_empty() { Err(format!("нет тестов с «{part}» в имени")) } else { Ok(reports) }
}

fn one(world: &Arc<World>, method: &Method, count: Option<i64>, limit: Duration) -> Result<String, String> {
    let takes = method.parameters.first().is_some_and(|parameter| &*parameter.name.lower == COUNT);
    let values: Vec<Value> = count.filter(|_| takes).map(Value::from).into_iter().collect();
    let numbers: Vec<i64> = values.iter().filter_map(Value::whole).collect();
    let (name, function) = (method.name.clone(), method.function);
    within(limit, world, move |world| {
        let said = {
            let session = Session::new(world, None);
            let object = processors::create(&session, PROCESSOR).map_err(|fail| fail.to_string())?;
            let values = numbers.into_iter().map(Value::from).collect();
            let args = Args::of_values(&name.shown, values);
            let end = match &object {
                Value::Object(object) if function => object.call(&session, &name, &args),
                Value::Object(object) => object.call_as_statement(&session, &name, &args).map(|()| Value::Undefined),
                _ => unreachable!("create gives an object"),
            };
            end.map(|value| value.present().to_string()).map_err(|fail| fail.to_string())
        };
        let running = world.jobs.all().iter().filter(|job| job.is_active()).count();
        let jobs = finish_jobs(world, Duration::from_secs(75));
        let said = said?;
        jobs?;
        if running > 0 { Err(format!("заданий осталось работать: {running}")) } else { Ok(said) }
    })
}
