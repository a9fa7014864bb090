//! What a poller refuses, and why.

use crate::background::NotWaited;
use crate::handle::Id;
use crate::objects::errors::{Deed, explain};
use crate::schema::Error;
use crate::zmq::{self, Broken};

/// The system or libzmq refused what a poller needs.
pub fn refused(error: zmq::Error) -> Error {
    explain(Deed::Poll, "", "", error)
}

/// There is nothing to wait for, or the wait ended early.
pub fn not_waited(why: NotWaited) -> Error {
    match why {
        NotWaited::Broken(Broken::Failed(error)) => refused(error),
        NotWaited::Broken(Broken::Stopped) => Error::new(
            "ECANCELED",
            "Ожидание прервано: опросник закрывается из другого потока. Сокеты и их сообщения остались как были.".into(),
            "The wait was broken off: another thread closes the poller. The sockets and their messages are as they were."
                .into(),
        ),
        NotWaited::Empty => Error::new(
            "EINVAL",
            "В опроснике нет сокетов, ждать нечего. Добавьте их методом Добавить; закрытые он убирает сам.".into(),
            "The poller has no sockets to wait for. Give it some by Add; those that are closed it drops itself.".into(),
        ),
        NotWaited::NoneOpen => Error::new(
            "ENOTCONN",
            "Ни один сокет опросника ни к чему не привязан и не подключён: ждать нечего. Сначала вызовите Привязать или \
             Подключить."
                .into(),
            "No socket of the poller is bound or connected: there is nothing to wait for. Call Bind or Connect first.".into(),
        ),
    }
}

/// The poller is used after its end.
#[cold]
pub fn closed() -> Error {
    Error::new(
        "ENOTSOCK",
        "Опросник закрыт. Создайте новый объект.".into(),
        "The poller is closed. Make a new object.".into(),
    )
}

/// A number that no socket ever had.
pub fn nobody(id: Id) -> Error {
    Error::new(
        "ENOENT",
        format!(
            "Сокета с идентификатором {id} в этом процессе нет и не было. Передайте свойство Идентификатор сокета."
        ),
        format!("There is no socket {id} in this process, nor was there. Give the property Id of a socket."),
    )
}

/// A socket that was closed, or whose object is gone.
pub fn gone(id: Id) -> Error {
    Error::new(
        "ENOTSOCK",
        format!(
            "Сокет с идентификатором {id} закрыт или уничтожен. Создайте новый объект и передайте его Идентификатор."
        ),
        format!("The socket {id} is closed, or its object is gone. Make a new object and give its Id."),
    )
}

/// A socket that is there, but not in this poller.
pub fn stranger(id: Id) -> Error {
    Error::new(
        "ENOENT",
        format!("Сокета с идентификатором {id} в опроснике нет. Сначала вызовите Добавить."),
        format!("The poller does not have the socket {id}. Call Add first."),
    )
}

/// A socket that is in this poller already.
pub fn twice(id: Id) -> Error {
    Error::new(
        "EEXIST",
        format!("Сокет с идентификатором {id} в опроснике уже есть. Другие события задаёт метод Изменить."),
        format!("The poller has the socket {id} already. Change asks for other events."),
    )
}

/// An event that a socket of this class never has.
pub fn never_ready(class: &str, receives: bool) -> Error {
    let (russian, english, other) = if receives {
        ("не получает сообщений", "does not receive messages", ("Отправка", "Send"))
    } else {
        ("не отправляет сообщений", "does not send messages", ("Получение", "Receive"))
    };
    Error::new(
        "ENOTSUP",
        format!("Сокет {class} {russian}. Укажите для него событие «{}».", other.0),
        format!("A {class} socket {english}. Ask for \"{}\" of it.", other.1),
    )
}

/// A text that names no events.
pub fn no_events(text: &str) -> Error {
    Error::new(
        "EINVAL",
        format!("События «{text}» неизвестны: ожидается «Получение», «Отправка» или «Получение, Отправка»."),
        format!("There are no events \"{text}\": \"Receive\", \"Send\" or \"Receive, Send\" is expected."),
    )
}

/// A number past the last of those that a wait found.
pub fn not_found(number: usize, count: usize) -> Error {
    if count == 0 {
        return Error::new(
            "EINVAL",
            format!("Готового сокета {number} нет: последний вызов Ожидать никого не нашёл, или его не было."),
            format!("There is no ready socket {number}: the last call of Wait found none, or there was none."),
        );
    }
    let last = count - 1;
    Error::new(
        "EINVAL",
        format!("Готового сокета {number} нет: найдено {count}, номера от 0 до {last}."),
        format!("There is no ready socket {number}: {count} were found, numbered 0 to {last}."),
    )
}
