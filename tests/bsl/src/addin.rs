//! The component as BSL sees it: attached to a session, its objects called through the C++ host, and what 1C makes of a refusal.

use crate::platform::binary::Binary;
use crate::run::{Args, ComponentError, Error, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, date, of_float};
use host::{Host, Library, Value as Native, vt};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

/// What a name of ПодключитьВнешнююКомпоненту stands for in a session.
#[derive(Clone)]
pub struct Attached {
    host: Host,
    shown: String,
}

/// Whether it could be done; 1C says no more either.
pub fn attach(session: &Session, place: &str, name: &str, isolated: bool) -> bool {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let Some(library) = load(session, place).filter(|_| plain) else { return false };
    let settings = host::Settings {
        app: session.world.settings.app,
        isolated,
        locale: Some("ru_RU".into()),
        ui_language: Some("ru".into()),
        ..host::Settings::default()
    };
    let attached = Attached { host: Host::with(&library, settings), shown: name.into() };
    session.attached.borrow_mut().insert(name.to_lowercase(), attached);
    true
}

/// A template by its full name, or a file of a library: on a server a bundle's archive cannot be attached by its path.
fn load(session: &Session, place: &str) -> Option<Arc<Library>> {
    if let Some(file) = session.world.template(place) {
        return Library::load(&file).ok();
    }
    let file = Path::new(place);
    let library = matches!(file.extension().and_then(OsStr::to_str), Some("so" | "dll"));
    if library && file.is_file() { Library::load(file).ok() } else { None }
}

/// "AddIn.Имя.Класс" → the attached name and the class.
fn parts(name: &str) -> Option<(String, &str)> {
    let (first, rest) = name.split_once('.')?;
    let (attached, class) = rest.split_once('.')?;
    first.eq_ignore_ascii_case("addin").then(|| (attached.to_lowercase(), class))
}

/// An object of a component's class; None when the name is no such thing.
pub fn make(session: &Session, name: &str) -> Run<Option<Value>> {
    let Some((attached, class)) = parts(name) else { return Ok(None) };
    let Some(attached) = session.attached.borrow().get(&attached).cloned() else {
        return raise(format!("Тип не определен ({name})"));
    };
    let classes = attached.host.library().classes();
    let Some((id, _)) = classes.iter().find(|(_, shown)| shown.to_lowercase() == class.to_lowercase()) else {
        return raise(format!("Тип не определен ({name})"));
    };
    match attached.host.create_by_id(id) {
        Some(object) => {
            let shown = format!("AddIn.{}.{class}", attached.shown);
            Ok(Some(Value::object(AddIn { object, shown, onescript: session.world.settings.onescript })))
        }
        None => raise(format!("Ошибка при вызове конструктора ({name})")),
    }
}

/// The name of a class of an attached component, as Тип takes it.
pub fn type_name(session: &Session, name: &str) -> Option<String> {
    let (attached, class) = parts(name)?;
    let attached = session.attached.borrow().get(&attached).cloned()?;
    let known = attached.host.library().classes().iter().any(|(_, shown)| shown.to_lowercase() == class.to_lowercase());
    known.then(|| format!("AddIn.{}.{class}", attached.shown))
}

struct AddIn {
    object: host::Object,
    shown: String,
    onescript: bool,
}

impl AddIn {
    fn method(&self, name: &Name) -> Run<i32> {
        match i32::try_from(self.object.slots().find_method(&name.shown)) {
            Ok(number @ 0..) => Ok(number),
            _ => raise(format!("Метод объекта не обнаружен ({name})")),
        }
    }

    fn property(&self, name: &Name) -> Run<i32> {
        match i32::try_from(self.object.slots().find_prop(&name.shown)) {
            Ok(number @ 0..) => Ok(number),
            _ => raise(format!("Поле объекта не обнаружено ({name})")),
        }
    }

    /// Arguments as the component gets them, those that are missing as it would have them.
    fn arguments(&self, number: i32, args: &Args) -> Run<Vec<Native>> {
        let slots = self.object.slots();
        let most = usize::try_from(slots.n_params(number)).unwrap_or_default();
        if args.len() > most {
            return raise(format!("Слишком много фактических параметров ({})", args.what));
        }
        let one = |n: usize| match args.given(n) {
            Some(value) => native(&value, &args.what, n),
            None => match slots.param_default(number, i32::try_from(n).expect("few parameters")) {
                Some(default) => Ok(default),
                None => raise(format!("Недостаточно фактических параметров ({})", args.what)),
            },
        };
        (0..most).map(one).collect()
    }

    /// What a `false` of the component becomes: an exception that does not say why, or nothing at all.
    fn refused(&self, text: String) -> Run<()> {
        if self.onescript {
            return Ok(());
        }
        let mut error = Error::new(text);
        let component = ComponentError { text: self.object.last_error(), code: self.object.last_error_code() };
        // A client is told what the component said by AddError.
        let said = self.object.host().complaints().pop();
        error.cause = said.map(|complaint| Box::new(Error::new(complaint.text)));
        error.component = Some(component);
        Err(Fail::Raised(Box::new(error)))
    }

    fn invoke(&self, name: &Name, args: &Args, as_function: bool) -> Run<Value> {
        let number = self.method(name)?;
        let values = self.arguments(number, args)?;
        let count = i32::try_from(values.len()).expect("few parameters");
        let mut variants = host::Variants::of(&values);
        let slots = self.object.slots();
        let (done, answer) = if as_function {
            slots.call_as_func(number, Some(&mut variants), count)
        } else {
            (slots.call_as_proc(number, Some(&mut variants), count), Native::Empty)
        };
        variants.expire();
        if !done {
            self.refused(format!("Ошибка при вызове метода контекста ({name})"))?;
            return Ok(Value::Undefined);
        }
        value(answer)
    }
}

impl Object for AddIn {
    fn type_name(&self) -> String {
        self.shown.clone()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        let number = self.property(name)?;
        match self.object.slots().get_prop(number) {
            (true, answer) => value(answer),
            (false, _) => {
                self.refused(format!("Ошибка при получении значения атрибута контекста ({name})"))?;
                Ok(Value::Undefined)
            }
        }
    }

    fn set(&self, _: &Session, name: &Name, value: Value) -> Run<()> {
        let number = self.property(name)?;
        let mut variant = host::Variants::of(&[native(&value, &name.shown, 0)?]);
        let done = self.object.slots().set_prop(number, Some(&mut variant));
        variant.expire();
        if done {
            return Ok(());
        }
        self.refused(format!("Ошибка при установке значения атрибута контекста ({name})"))
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        let number = self.method(name)?;
        if !self.object.slots().has_ret_val(number) {
            return raise(format!("Обращение к процедуре объекта как к функции ({name})"));
        }
        self.invoke(name, args, true)
    }

    fn call_as_statement(&self, _: &Session, name: &Name, args: &Args) -> Run<()> {
        let function = self.object.slots().has_ret_val(self.method(name)?);
        self.invoke(name, args, function && !self.onescript).map(drop)
    }
}

/// 1C gives whole numbers as I4 where they fit and as R8 otherwise.
fn native(value: &Value, what: &str, n: usize) -> Run<Native> {
    Ok(match value {
        Value::Undefined => Native::Empty,
        Value::Null => Native::Null,
        Value::Bool(truth) => Native::Bool(*truth),
        Value::Text(text) => Native::Text(text.to_string()),
        Value::Number(number) => match value.whole().and_then(|whole| i32::try_from(whole).ok()) {
            Some(whole) => Native::i4(whole),
            None => Native::R8(number.to_f64().unwrap_or(f64::NAN)),
        },
        Value::Date(seconds) => {
            Native::Time(date::parts(*seconds).map(|part| i32::try_from(part).expect("a small number")))
        }
        Value::Object(_) => match value.as_object::<Binary>() {
            Some(binary) => Native::blob(&binary.0),
            None => return raise(format!("Неверный тип или значение параметра ({what}, параметр номер '{}')", n + 1)),
        },
    })
}

fn value(native: Native) -> Run<Value> {
    Ok(match native {
        Native::Empty => Value::Undefined,
        Native::Null => Value::Null,
        Native::Bool(truth) => Value::Bool(truth),
        Native::Text(text) => Value::Text(text.into()),
        Native::Blob(bytes) => Binary::value(bytes),
        Native::Whole(vt::I4, whole) => Value::Number(Decimal::from(whole)),
        Native::R8(x) => Value::Number(of_float(x)?),
        other => return Err(Fail::unknown(format!("значение компоненты: {}", other.brief()))),
    })
}
