//! Options of a socket by what they are to libzmq and to the object.

use super::Socket;
use super::readable::Readable;
use super::settings::{is_of_subscriptions, set};
use crate::native_api::{Reply, Value};
use crate::objects::classes::{SOCKETS, SocketClass};
use crate::schema::{ClassSet, KeptValue, Matters, OptionValue, Options, Outcome, get_by_name, set_by_name};
use crate::zmq::{BytesOption, IntOption, LongOption};
use std::sync::Arc;

/// What an object knows an option by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    Int(IntOption),
    Long(LongOption),
    Bytes(BytesOption),
    /// The class, by its short name.
    Type,
    /// How peers prove who they are.
    Mechanism,
}

impl Options for Socket {
    type Key = Key;
    type Readable = Readable;

    fn readable(&self) -> Arc<Readable> {
        self.readable.clone()
    }

    fn get_option(readable: &Readable, key: Key) -> Option<KeptValue> {
        match key {
            Key::Type => Some(KeptValue::Text(readable.class().name().to_owned())),
            Key::Mechanism => Some(KeptValue::Text(readable.mechanism().name().to_owned())),
            _ => readable.settings().get(key).cloned(),
        }
    }

    fn set_option(&mut self, key: Key, value: OptionValue<'_>) -> Outcome {
        self.stage.check_not_closed(self.class)?;
        let value = KeptValue::from(value);
        if key == Key::Int(IntOption::XPubManual) && value == KeptValue::Bool(true) {
            self.check_nobody_receives_ahead()?;
        }
        let conflates = (key == Key::Int(IntOption::Conflate)).then(|| value == KeptValue::Bool(true));
        let number = if let KeptValue::Whole(number) = value { i32::try_from(number).ok() } else { None };
        let open = self.stage.opened();
        let mut settings = self.readable.settings();
        match open {
            Some(open) => {
                set(self.class.name(), &mut open.raw, key, &value)?;
                settings.keep(key, value);
                if is_of_subscriptions(key) {
                    settings.tell_of_subscriptions(self.class.name(), &mut open.raw)?;
                }
            }
            None => settings.keep(key, value),
        }
        drop(settings);
        self.conflates = conflates.unwrap_or(self.conflates);
        if let (Key::Int(option), Some(number)) = (key, number) {
            self.go_by(option, number);
        }
        Ok(())
    }

    fn is_past(&self, moment: Matters) -> bool {
        match moment {
            Matters::Always | Matters::NextConnection => false,
            Matters::BeforeConnecting => self.endpoints.are_there(),
            Matters::BeforeFirst => self.endpoints.were_there(),
        }
    }
}

impl Socket {
    /// Sets the option of this name, in either language.
    pub fn set_named(&mut self, name: &[u16], value: Value<'_>) -> Outcome {
        set_by_name(self, self.class.as_set(), name, value, who)
    }

    /// Keeps a timeout, for calls and for whoever reads it. The methods that do have never failed on a closed object, as the
    /// property does: there they change nothing.
    pub fn keep_timeout(&mut self, option: IntOption, ms: i32) {
        if self.stage.is_closed() {
            return;
        }
        self.readable.settings().keep(Key::Int(option), KeptValue::Whole(ms.into()));
        self.go_by(option, ms);
    }

    /// A timeout is what calls go by from now on.
    const fn go_by(&mut self, option: IntOption, number: i32) {
        match option {
            IntOption::ReceiveTimeout => self.receive_timeout = number,
            IntOption::SendTimeout => self.send_timeout = number,
            _ => {}
        }
    }

    /// Gives `answer` the option of this name, in either language.
    pub fn get_named(&self, name: &[u16], answer: impl FnOnce(Reply<'_>) -> Outcome) -> Outcome {
        get_by_name(self, self.class.as_set(), name, who, answer)
    }
}

/// The classes of a set, by their short names.
fn who(classes: ClassSet) -> String {
    let names: Vec<_> = SOCKETS.iter().filter(|class| classes.meet(class.as_set())).map(SocketClass::name).collect();
    names.join(", ")
}
