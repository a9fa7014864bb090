//! Options of a socket by libzmq's numbers.

use super::Socket;
use super::settings::set;
use super::stage::Stage;
use crate::objects::errors::{self, Deed};
use crate::schema::{Error, Matters, OptionValue, Options, Outcome};
use crate::zmq::IntOption;

impl Options for Socket {
    type Key = IntOption;

    fn get_option(&mut self, key: IntOption) -> Outcome<Option<OptionValue<'_>>> {
        let value = match &mut self.stage {
            Stage::Open(open) => {
                let value = open.raw.get_int(key);
                Some(value.map_err(|error| errors::explain(Deed::Get, self.class.name(), &format!("{key:?}"), error))?)
            }
            Stage::Unopened | Stage::Closed => self.settings.get(key),
        };
        Ok(value.map(|value| OptionValue::Whole(value.into())))
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
        self.settings.keep(key, value);
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
