//! Options of a socket by libzmq's numbers. What is set before the socket is made is kept, and applied when it is.

use super::Socket;
use super::stage::Stage;
use crate::objects::classes::SocketClass;
use crate::objects::errors::{self, Deed};
use crate::schema::{Error, Matters, OptionValue, Options, Outcome};
use crate::zmq::{self, IntOption};

/// What a script set.
#[derive(Default)]
pub struct Settings(Vec<(IntOption, i32)>);

impl Settings {
    fn keep(&mut self, option: IntOption, value: i32) {
        self.0.retain(|&(kept, _)| kept != option);
        self.0.push((option, value));
    }

    fn get(&self, option: IntOption) -> Option<i32> {
        self.0.iter().find(|&&(kept, _)| kept == option).map(|&(_, value)| value)
    }

    /// Gives a new socket what was set before there was one.
    pub fn apply(&self, class: &SocketClass, raw: &mut zmq::Socket) -> Outcome {
        self.0.iter().try_for_each(|&(option, value)| set(class, raw, option, value))
    }
}

fn set(class: &SocketClass, raw: &mut zmq::Socket, option: IntOption, value: i32) -> Outcome {
    raw.set_int(option, value)
        .map_err(|error| errors::explain(Deed::Set, class, &format!("{option:?} = {value}"), error))
}

impl Options for Socket {
    type Key = IntOption;

    fn get_option(&mut self, key: IntOption) -> Outcome<Option<OptionValue<'_>>> {
        let value = match &mut self.stage {
            Stage::Open { raw, .. } => {
                let value = raw.get_int(key);
                Some(value.map_err(|error| errors::explain(Deed::Get, self.class, &format!("{key:?}"), error))?)
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
        if let Stage::Open { raw, .. } = &mut self.stage {
            set(self.class, raw, key, value)?;
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
