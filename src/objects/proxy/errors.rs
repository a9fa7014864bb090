//! What a proxy refuses, and why.

use super::kind::{Kind, Side};
use super::report::state_name;
use crate::background::proxy::{Failure, State};
use crate::objects::errors::{Deed, INTERRUPTED, Refusal, explain};
use crate::objects::socket::{OptionKey as Key, Socket};
use crate::schema::Error;
use crate::schema::name_of;
#[cfg(test)]
use crate::schema::{Explained, words};
use crate::zmq::{self, IntOption};

/// What it answers of itself.
#[cfg(test)]
#[rustfmt::skip]
pub const CATALOGUE: &[Explained] = &[
    ("EAGAIN", words("прокси не запущен: система не дала потока или сокета для связи с ним; или его поток не ответил за 10 с", "the proxy was not started: the system gave no thread, or no socket to speak with it; or its thread did not answer for 10 s"),
     words("Закройте лишнее и создайте новый объект.", "Close what is not needed and make a new object.")),
    ("EALREADY", words("прокси уже запущен", "the proxy was started already"),
     words("Запускать второй раз не нужно; после Остановить создают новый объект.", "There is no need to start it again; after Stop a new object is made.")),
    ("ECANCELED", words("ожидание прервано: прокси закрывают из другого потока", "the wait was broken off: another thread closes the proxy"),
     words("Прокси передаёт то, что успел принять, ещё не дольше 0,5 с.", "The proxy passes on what it took in, for 0.5 s at the most.")),
    ("EFAULT", words("поток прокси прервала внутренняя ошибка компоненты", "an internal error of the component ended the proxy's thread"),
     words("Сообщите о ней разработчикам; создайте новый объект.", "Please report it; make a new object.")),
    ("EINVAL", words("вид прокси неизвестен или не задан", "the kind of the proxy is not known, or not set"),
     words("УстановитьВид: «Очередь», «Рассылка» или «Конвейер».", "SetKind: \"Queue\", \"Forwarder\" or \"Streamer\".")),
    ("EISCONN", words("прокси уже запущен, или у него уже есть точки и настройки", "the proxy was started already, or has endpoints or options already"),
     words("Вид задают первым, точки и настройки — до Запустить.", "The kind is set first, endpoints and options before Start.")),
    ("ENOTCONN", words("прокси не запущен, или у него нет входа или выхода", "the proxy is not started, or has no frontend or no backend"),
     words("Привяжите или подключите вход и выход и вызовите Запустить.", "Bind or connect the frontend and the backend, and call Start.")),
    ("ENOTSUP", words("у стороны прокси включена настройка, которой у него быть не может", "a side of the proxy has an option switched on that it cannot have"),
     words("Какая, сказано в тексте ошибки.", "The text tells which.")),
    ("ENOTSOCK", words("прокси закрыт или остановлен", "the proxy is closed or was stopped"),
     words("Создайте новый объект.", "Make a new object.")),
];

/// A text that names no kind.
pub fn no_kind(text: &str) -> Error {
    Error::new(
        "EINVAL",
        format!("Вид прокси «{text}» неизвестен: ожидается «Очередь», «Рассылка» или «Конвейер»."),
        format!("There is no proxy of the kind \"{text}\": \"Queue\", \"Forwarder\" or \"Streamer\" is expected."),
    )
}

pub fn kind_is_missing() -> Error {
    Error::new(
        "EINVAL",
        "Вид прокси не задан. Сначала вызовите УстановитьВид: «Очередь», «Рассылка» или «Конвейер».".into(),
        "The kind of the proxy is not set. Call SetKind first: \"Queue\", \"Forwarder\" or \"Streamer\".".into(),
    )
}

pub fn kind_is_late() -> Error {
    Error::new(
        "EISCONN",
        "Вид прокси задают первым: у этого уже есть точки или настройки. Создайте новый объект.".into(),
        "The kind of a proxy is set first: this one has endpoints or options already. Make a new object.".into(),
    )
}

pub fn setting_is_late() -> Error {
    Error::new(
        "EISCONN",
        "Прокси уже запущен: вид, точки и настройки задают до Запустить.".into(),
        "The proxy was started already: kind, endpoints and options are set before Start.".into(),
    )
}

pub fn side_is_missing(side: Side) -> Error {
    let (russian, english) = side.words();
    Error::new(
        "ENOTCONN",
        format!("Не удалось запустить прокси: {russian} ни к чему не привязан и не подключён."),
        format!("Could not start the proxy: {english} is neither bound nor connected."),
    )
}

/// An option of a side that a proxy cannot have.
pub fn unfit(option: IntOption) -> Error {
    let name = name_of::<Socket>(Key::Int(option));
    let (russian, english) = name.map_or(("", ""), |name| (name.russian, name.english));
    Error::new(
        "ENOTSUP",
        format!("Не удалось запустить прокси: настройка {russian} у сторон прокси не действует. Уберите её."),
        format!("Could not start the proxy: its sides cannot have the option {english}. Leave it out."),
    )
}

pub fn started(state: State) -> Error {
    let state = state_name(state);
    Error::new(
        "EALREADY",
        format!("Прокси уже запускали, его состояние {state}. Для нового запуска создайте новый объект."),
        format!("The proxy was started already, its state is {state}. To start anew make a new object."),
    )
}

/// The system or libzmq refused what a thread needs.
pub fn not_started(error: Option<zmq::Error>) -> Error {
    let tried = ("Не удалось запустить прокси", "Could not start the proxy");
    let refusal = match error {
        Some(error) => Refusal::of(Deed::Open, error),
        None => Refusal::new(
            "EAGAIN",
            ("система не дала потока или сокета", "the system gave no thread or no socket"),
            ("Закройте лишнее и создайте новый объект.", "Close what is not needed and make a new object."),
        ),
    };
    refusal.after(tried)
}

pub fn not_running() -> Error {
    Error::new(
        "ENOTCONN",
        "Прокси не запущен. Сначала вызовите Запустить.".into(),
        "The proxy is not started. Call Start first.".into(),
    )
}

/// Nobody can be told what happens to its connections.
pub fn not_watched(error: zmq::Error) -> Error {
    Refusal::of(Deed::Watch, error)
        .after(("Прокси: следить за соединениями не удалось", "The proxy's connections could not be watched"))
}

pub fn stopped() -> Error {
    Error::new(
        "ENOTSOCK",
        "Прокси остановлен. Создайте новый объект.".into(),
        "The proxy was stopped. Make a new object.".into(),
    )
}

#[cold]
pub fn closed() -> Error {
    Error::new(
        "ENOTSOCK",
        "Прокси закрыт. Создайте новый объект.".into(),
        "The proxy is closed. Make a new object.".into(),
    )
}

pub fn interrupted() -> Error {
    Error::new(
        INTERRUPTED,
        "Ожидание прервано: прокси закрывается из другого потока. Принятое он передаёт ещё не дольше 0,5 с.".into(),
        "The wait was broken off: another thread closes the proxy. What it took in it passes on, for 0.5 s at the most.".into(),
    )
}

pub fn silent() -> Error {
    Error::new(
        "EAGAIN",
        "Поток прокси не ответил за 10 с. Повторите вызов.".into(),
        "The proxy's thread did not answer for 10 s. Repeat the call.".into(),
    )
}

/// Why a proxy ended by itself.
pub fn failed(kind: Kind, failure: &Failure) -> Error {
    match failure {
        Failure::Socket { front, receiving, error } => {
            let side = if *front { Side::Front } else { Side::Back };
            let deed = if *receiving { Deed::Receive } else { Deed::Send };
            explain(deed, kind.class(side), "", *error)
        }
        Failure::Waiting(error) => Refusal::of(Deed::Poll, *error)
            .after(("Прокси не смог следить за сокетами", "The proxy could not watch its sockets")),
        Failure::NotStarted(error) => not_started(*error),
        Failure::Panic(what) => Error::new(
            "EFAULT",
            format!(
                "Поток прокси прервала внутренняя ошибка компоненты: {what}. Сообщите о ней разработчикам; создайте новый объект."
            ),
            format!(
                "An internal error of the component ended the proxy's thread: {what}. Please report it; make a new object."
            ),
        ),
    }
}
