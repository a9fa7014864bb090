//! The events that a script asks for, by name.

use super::errors;
use crate::objects::classes::SocketClass;
use crate::schema::{Name, Outcome};
use crate::zmq::Events;

const NAMES: [(Name, Events); 2] =
    [(Name::new("Receive", "Получение"), Events::RECEIVABLE), (Name::new("Send", "Отправка"), Events::SENDABLE)];

/// What is asked for where a script does not say.
pub const DEFAULT: &str = NAMES[0].0.english;

/// The events that a text names, separated by commas; those of the default without a text.
pub fn named(text: Option<&[u16]>) -> Outcome<Events> {
    let Some(text) = text else { return Ok(NAMES[0].1) };
    let is_blank = |unit: &&u16| **unit == u16::from(b' ') || **unit == u16::from(b'\t');
    let mut events = Events::NONE;
    for word in text.split(|&unit| unit == u16::from(b',')) {
        let begin = word.iter().take_while(is_blank).count();
        let end = word.len() - word[begin..].iter().rev().take_while(is_blank).count();
        match NAMES.iter().find(|(name, _)| name.is(&word[begin..end])) {
            Some((_, event)) => events = events.or(*event),
            None => return Err(errors::no_events(&String::from_utf16_lossy(&text[..text.len().min(100)]))),
        }
    }
    Ok(events)
}

/// Refuses what sockets of a class are never ready for.
pub fn check(class: &SocketClass, wanted: Events) -> Outcome {
    let never = |event: Events| wanted.meet(event) && !class.events().meet(event);
    match (never(Events::RECEIVABLE), never(Events::SENDABLE)) {
        (false, false) => Ok(()),
        (receives, _) => Err(errors::never_ready(class.name(), receives)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Outcome<Events> {
        named(Some(&text.encode_utf16().collect::<Vec<_>>()))
    }

    #[test]
    fn events_are_named_in_either_language_and_any_case() {
        let both = Events::RECEIVABLE.or(Events::SENDABLE);
        for (text, events) in [
            ("Receive", Events::RECEIVABLE),
            ("получение", Events::RECEIVABLE),
            (" SEND ", Events::SENDABLE),
            ("Отправка", Events::SENDABLE),
            ("Получение, Отправка", both),
            ("send,\treceive", both),
            ("Отправка,Receive, Send", both),
        ] {
            assert_eq!(of(text), Ok(events), "{text}");
        }
        assert_eq!(named(None), of(DEFAULT));
        for text in ["", ",", "Receive,", "Receive Send", "Получить", "1", "Ждать, Отправка"] {
            assert!(of(text).is_err_and(|error| error.russian.contains(&format!("«{text}»"))), "{text}");
        }
        assert!(named(Some(&vec![0xd800; 1 << 20])).is_err_and(|error| error.english.len() < 1_000));
    }
}
