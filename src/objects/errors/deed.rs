//! What was tried, as an error text begins.

use crate::schema::Words;

/// What an object tried to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Deed {
    Open = 1 << 0,
    Bind = 1 << 1,
    Unbind = 1 << 2,
    Connect = 1 << 3,
    Disconnect = 1 << 4,
    Take = 1 << 5,
    Send = 1 << 6,
    Receive = 1 << 7,
    Subscribe = 1 << 8,
    Unsubscribe = 1 << 9,
    Set = 1 << 10,
    Poll = 1 << 11,
    Watch = 1 << 12,
}

/// A set of deeds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deeds(u16);

impl Deeds {
    /// Every deed.
    pub const ANY: Self = Self(u16::MAX);

    /// These.
    pub const fn of(deeds: &[Deed]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < deeds.len() {
            bits |= deeds[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    /// Whether a deed is among them.
    pub const fn has(self, deed: Deed) -> bool {
        self.0 & deed as u16 != 0
    }
}

impl Deed {
    #[cfg(test)]
    pub const ALL: &'static [Self] = &[
        Self::Open,
        Self::Bind,
        Self::Unbind,
        Self::Connect,
        Self::Disconnect,
        Self::Take,
        Self::Send,
        Self::Receive,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Set,
        Self::Poll,
        Self::Watch,
    ];

    /// The clause that begins an error text; `class` is the object's, `what` the endpoint, the size of the data, or the option.
    pub fn tried(self, class: &str, what: &str) -> Words<String> {
        let endpoint = |russian: (&str, &str), english: (&str, &str)| {
            Words::from((
                format!("Не удалось {} сокет {class} {} «{what}»", russian.0, russian.1),
                format!("Could not {} the {class} socket {} \"{what}\"", english.0, english.1),
            ))
        };
        match self {
            Self::Open => {
                (format!("Не удалось создать сокет {class}"), format!("Could not make a {class} socket")).into()
            }
            Self::Bind => endpoint(("привязать", "к"), ("bind", "to")),
            Self::Unbind => endpoint(("отвязать", "от"), ("unbind", "from")),
            Self::Connect => endpoint(("подключить", "к"), ("connect", "to")),
            Self::Disconnect => endpoint(("отключить", "от"), ("disconnect", "from")),
            Self::Take => (
                format!("Сокет {class}: не удалось взять сообщение размером {what} байт"),
                format!("{class} socket: could not take a message of {what} bytes"),
            )
                .into(),
            Self::Send => (
                format!("Сокет {class}: отправить сообщение не удалось"),
                format!("{class} socket: the message could not be sent"),
            )
                .into(),
            Self::Receive => (
                format!("Сокет {class}: получить сообщение не удалось"),
                format!("{class} socket: no message could be received"),
            )
                .into(),
            Self::Subscribe => (
                format!("Не удалось подписаться на тему ({what} байт)"),
                format!("Could not subscribe to a topic ({what} bytes)"),
            )
                .into(),
            Self::Unsubscribe => (
                format!("Не удалось отписаться от темы ({what} байт)"),
                format!("Could not unsubscribe from a topic ({what} bytes)"),
            )
                .into(),
            Self::Poll => {
                ("Опросник не смог следить за сокетами".to_owned(), "The poller could not watch its sockets".to_owned())
                    .into()
            }
            Self::Watch => (
                format!("Сокет {class}: следить за соединениями не удалось"),
                format!("{class} socket: its connections could not be watched"),
            )
                .into(),
            Self::Set => (
                format!("Сокет {class}: не удалось задать настройку {what}"),
                format!("{class} socket: could not set the option {what}"),
            )
                .into(),
        }
    }
}
