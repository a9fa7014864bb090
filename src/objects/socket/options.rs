//! Options of a socket by libzmq's numbers.

use super::Socket;
use super::readable::Readable;
use super::settings::set;
use crate::schema::{Error, KeptValue, Matters, OptionValue, Options, Outcome};
use crate::zmq::IntOption;
use std::sync::Arc;

impl Options for Socket {
    type Key = IntOption;
    type Readable = Readable;

    fn readable(&self) -> Arc<Readable> {
        self.readable.clone()
    }

    fn get_option(readable: &Readable, key: IntOption) -> Option<KeptValue> {
        readable.settings().get(key).map(|value| KeptValue::Whole(value.into()))
    }

    fn set_option(&mut self, key: IntOption, value: OptionValue<'_>) -> Outcome {
        self.stage.check_not_closed(self.class)?;
        let number = match value {
            OptionValue::Bool(value) => Some(value.into()),
            OptionValue::Whole(number) => i32::try_from(number).ok(),
            OptionValue::Text(_) | OptionValue::Bytes(_) => None,
        };
        // A row that says otherwise does not get past its own test.
        let Some(value) = number else {
            return Err(Error::new("EINVAL", format!("{key:?} — целое число."), format!("{key:?} is a whole number.")));
        };
        if let Some(open) = self.stage.opened() {
            set(self.class.name(), &mut open.raw, key, value)?;
        }
        self.readable.settings().keep(key, value);
        Ok(())
    }

    fn is_past(&self, moment: Matters) -> bool {
        match moment {
            Matters::Always => false,
            Matters::BeforeConnecting => self.endpoints.are_there(),
            Matters::BeforeFirst => self.endpoints.were_there(),
        }
    }
}
