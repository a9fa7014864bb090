//! An object of the component, used the way 1C uses it.

use crate::ffi::{self, Com};
use crate::host::Host;
use crate::slots::Slots;
use crate::value::Value;
use crate::variant::Variants;
use std::fmt;
use std::sync::Mutex;

/// How a host takes leave of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    DoneAndDestroy,
    DestroyOnly,
    /// `delete` through base 0 (IInitDoneBase) to 3 (UserLanguageBase), after Done or not.
    Delete {
        base: i32,
        done: bool,
    },
    /// The destructor alone, without freeing the object.
    Destruct {
        base: i32,
    },
    /// Nothing at all: the object stays.
    Never,
}

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoSuchMember,
    TooManyArguments,
    /// The number of the missing required parameter, from 0.
    MissingArgument(usize),
    /// The component answered false.
    Refused,
}

#[derive(Clone, Debug)]
pub struct CallFailed {
    /// "ZeroMQReq.Send".
    pub what: String,
    pub refusal: Refusal,
    /// The object's LastError and LastErrorCode right after the call.
    pub last_error: String,
    pub code: String,
}

impl fmt::Display for CallFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, refusal, last_error, code } = self;
        write!(f, "{what}: {refusal:?}: {last_error} [{code}]")
    }
}

impl std::error::Error for CallFailed {}

/// One object; dropping it is `Done` and `DestroyObject` unless another farewell was chosen.
pub struct Object {
    com: *mut Com,
    class: String,
    farewell: Mutex<Farewell>,
    host: Host,
}

// SAFETY: a host calls its objects from any of its threads; that two at once are borne is the component's
// promise, which the tests try.
unsafe impl Send for Object {}
// SAFETY: as above.
unsafe impl Sync for Object {}

impl Object {
    pub(crate) fn new(host: Host, class: &str, com: *mut Com) -> Self {
        Self { com, class: class.into(), farewell: Mutex::new(Farewell::DoneAndDestroy), host }
    }

    /// Everything a host does before the first call, in the order of its settings.
    pub(crate) fn introduce(&self) {
        let (slots, settings) = (self.slots(), self.host.settings().clone());
        if settings.memory_first {
            assert!(slots.set_mem_manager(), "{}: setMemManager", self.class);
        }
        assert!(slots.init(), "{}: Init", self.class);
        if !settings.memory_first {
            assert!(slots.set_mem_manager(), "{}: setMemManager", self.class);
        }
        if settings.introduces {
            assert!(slots.get_info() >= 1000, "{}: GetInfo", self.class);
            let name = slots.register_extension_as();
            assert!(name.is_some(), "{}: RegisterExtensionAs", self.class);
        }
        if let Some(locale) = &settings.locale {
            slots.set_locale(Some(locale));
        }
        if let Some(code) = &settings.ui_language {
            slots.set_ui_language(Some(code));
        }
    }

    /// The pointer that a host holds, for tests of what must not be done with it.
    #[must_use]
    pub fn raw(&self) -> *mut Com {
        self.com
    }

    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The class id that it was made by.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.class
    }

    #[must_use]
    pub fn slots(&self) -> Slots<'_> {
        Slots(self)
    }

    /// Takes leave now, in the way given.
    pub fn part(self, farewell: Farewell) {
        *self.farewell.lock().expect("no panic while held") = farewell;
    }

    /// Calls a method as a function or a procedure, whichever it is; missing arguments are asked for.
    pub fn call(&self, name: &str, args: impl AsRef<[Value]>) -> Result<Value, CallFailed> {
        let (n, values) = self.prepare(name, args.as_ref())?;
        let mut args = Variants::of(&values);
        let count = i32::try_from(values.len()).expect("few arguments");
        let slots = self.slots();
        let (ok, value) = if slots.has_ret_val(n) {
            slots.call_as_func(n, Some(&mut args), count)
        } else {
            (slots.call_as_proc(n, Some(&mut args), count), Value::Empty)
        };
        args.expire();
        if ok { Ok(value) } else { Err(self.failed(name)) }
    }

    /// Calls a method as a statement, whether it returns or not, as OneScript does.
    pub fn call_as_proc(&self, name: &str, args: impl AsRef<[Value]>) -> Result<(), CallFailed> {
        let (n, values) = self.prepare(name, args.as_ref())?;
        let mut args = Variants::of(&values);
        let count = i32::try_from(values.len()).expect("few arguments");
        let ok = self.slots().call_as_proc(n, Some(&mut args), count);
        args.expire();
        if ok { Ok(()) } else { Err(self.failed(name)) }
    }

    /// `call` of what must succeed.
    #[track_caller]
    pub fn must(&self, name: &str, args: impl AsRef<[Value]>) -> Value {
        self.call(name, args).unwrap_or_else(|e| panic!("{e}"))
    }

    /// All parts of the next message, which must come.
    #[track_caller]
    pub fn must_receive(&self) -> Vec<Vec<u8>> {
        let count = self.must("RecvMultipart", []);
        assert!(!count.is_empty(), "{}: nothing came", self.class);
        #[expect(clippy::cast_possible_truncation, reason = "a small count")]
        let count = count.number() as i32;
        (0..count).map(|part| self.must("GetPart", [Value::i4(part)]).bytes().to_vec()).collect()
    }

    /// `call` of what must be refused by the component.
    #[track_caller]
    pub fn must_fail(&self, name: &str, args: impl AsRef<[Value]>) -> CallFailed {
        match self.call(name, args) {
            Err(failed) if failed.refusal == Refusal::Refused => failed,
            Err(other) => panic!("{other}"),
            Ok(value) => panic!("{}.{name} gave {}", self.class, value.brief()),
        }
    }

    pub fn get(&self, name: &str) -> Result<Value, CallFailed> {
        let n = self.slots().find_prop(name);
        let Ok(n @ 0..) = i32::try_from(n) else {
            return Err(self.refused(name, Refusal::NoSuchMember));
        };
        match self.slots().get_prop(n) {
            (true, value) => Ok(value),
            (false, _) => Err(self.failed(name)),
        }
    }

    pub fn set(&self, name: &str, value: impl Into<Value>) -> Result<(), CallFailed> {
        let n = self.slots().find_prop(name);
        let Ok(n @ 0..) = i32::try_from(n) else {
            return Err(self.refused(name, Refusal::NoSuchMember));
        };
        let mut value = Variants::of(&[value.into()]);
        let ok = self.slots().set_prop(n, Some(&mut value));
        value.expire();
        if ok { Ok(()) } else { Err(self.failed(name)) }
    }

    /// A property that holds text.
    #[must_use]
    #[track_caller]
    pub fn text_of(&self, name: &str) -> String {
        let value = self.get(name).unwrap_or_else(|e| panic!("{e}"));
        value.text().to_owned()
    }

    #[must_use]
    pub fn last_error(&self) -> String {
        self.quiet_text("LastError")
    }

    #[must_use]
    pub fn last_error_code(&self) -> String {
        self.quiet_text("LastErrorCode")
    }

    /// The method's number and its arguments, defaults filled in.
    fn prepare(&self, name: &str, args: &[Value]) -> Result<(i32, Vec<Value>), CallFailed> {
        let slots = self.slots();
        let Ok(n @ 0..) = i32::try_from(slots.find_method(name)) else {
            return Err(self.refused(name, Refusal::NoSuchMember));
        };
        let most = usize::try_from(slots.n_params(n)).unwrap_or(0);
        if args.len() > most {
            return Err(self.refused(name, Refusal::TooManyArguments));
        }
        let mut values = args.to_vec();
        for missing in args.len()..most {
            let index = i32::try_from(missing).expect("few arguments");
            match slots.param_default(n, index) {
                Some(default) => values.push(default),
                None => return Err(self.refused(name, Refusal::MissingArgument(missing))),
            }
        }
        Ok((n, values))
    }

    fn refused(&self, name: &str, refusal: Refusal) -> CallFailed {
        CallFailed { what: format!("{}.{name}", self.class), refusal, last_error: String::new(), code: String::new() }
    }

    fn failed(&self, name: &str) -> CallFailed {
        CallFailed {
            last_error: self.last_error(),
            code: self.last_error_code(),
            ..self.refused(name, Refusal::Refused)
        }
    }

    fn quiet_text(&self, name: &str) -> String {
        let Ok(n @ 0..) = i32::try_from(self.slots().find_prop(name)) else {
            return String::new();
        };
        match self.slots().get_prop(n) {
            (true, Value::Text(text)) => text,
            _ => String::new(),
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        let farewell = *self.farewell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // SAFETY: the object is alive and this is its last use; that each way is borne is what is tested.
        unsafe {
            match farewell {
                Farewell::DoneAndDestroy => {
                    ffi::host_c_done(self.com);
                    self.host.library().destroy_object_raw(Some(&mut self.com));
                }
                Farewell::DestroyOnly => {
                    self.host.library().destroy_object_raw(Some(&mut self.com));
                }
                Farewell::Delete { base, done } => {
                    if done {
                        ffi::host_c_done(self.com);
                    }
                    ffi::host_c_delete(self.com, base);
                }
                Farewell::Destruct { base } => ffi::host_c_destruct(self.com, base),
                Farewell::Never => self.host.abandon(),
            }
        }
    }
}
