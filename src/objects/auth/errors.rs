//! What an Auth refuses, and why.

use super::tables::{MOST_DOMAINS, MOST_ENTRIES, NotOwned};
use crate::objects::errors::{Deed, Refusal};
use crate::schema::Error;
use crate::zmq;

/// The system or libzmq refused what the handler needs.
pub fn not_standing(error: zmq::Error) -> Error {
    let tried = ("Проверку подлинности запустить не удалось", "Authentication could not be started");
    Refusal::of(Deed::Poll, error).after(tried)
}

/// An Auth is used after its end.
#[cold]
pub fn closed() -> Error {
    Error::new(
        "ENOTSOCK",
        "Проверка подлинности закрыта. Создайте новый объект.".into(),
        "The authentication is closed. Make a new object.".into(),
    )
}

/// The domain is not this one's.
pub fn not_owned(domain: &str, why: NotOwned) -> Error {
    match why {
        NotOwned::Taken => Error::new(
            "EEXIST",
            format!(
                "Доменом «{domain}» распоряжается другой объект Auth этого процесса. Закройте его или возьмите другой домен."
            ),
            format!("Another Auth of this process has the domain \"{domain}\". Close it, or take another domain."),
        ),
        NotOwned::TooMany => Error::new(
            "ENOSPC",
            format!("Доменов слишком много: в процессе их может быть {MOST_DOMAINS}. Освободите ненужные."),
            format!(
                "There are too many domains: a process may have {MOST_DOMAINS}. Release those that are not needed."
            ),
        ),
    }
}

/// The tables are full.
pub fn full(domain: &str) -> Error {
    Error::new(
        "ENOSPC",
        format!("В таблицах домена «{domain}» уже {MOST_ENTRIES} записей, больше нельзя. Удалите ненужные."),
        format!(
            "The tables of the domain \"{domain}\" have {MOST_ENTRIES} entries, no more fit. Remove those that are not needed."
        ),
    )
}

/// A text that is no address.
pub fn no_address() -> Error {
    Error::new(
        "EINVAL",
        "Адрес записан неверно. Примеры: «192.168.1.5», «192.168.1.0/24», «::1», «fe80::/10», «ipc»; имена компьютеров не годятся."
            .into(),
        "The address is not well formed. Examples: \"192.168.1.5\", \"192.168.1.0/24\", \"::1\", \"fe80::/10\", \"ipc\"; host names will not do."
            .into(),
    )
}
