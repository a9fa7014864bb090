//! Errors of libzmq and of the system in a user's words: what was tried, with which value, what went wrong, what to do.

mod deed;
mod table;

pub use deed::Deed;

#[cfg(test)]
use crate::schema::words;
use crate::schema::{Error, Words};
use crate::zmq::{self, Broken};

/// Why something is not done: a code, what is wrong, what to do about it.
#[derive(Debug)]
pub struct Refusal {
    code: &'static str,
    wrong: Words<String>,
    advice: Words<String>,
}

impl Refusal {
    /// `wrong` is a clause, `advice` a sentence or nothing; both in Russian and English.
    pub fn new(code: &'static str, wrong: impl Into<Words<String>>, advice: impl Into<Words<String>>) -> Self {
        Self { code, wrong: wrong.into(), advice: advice.into() }
    }

    /// What libzmq or the system refused.
    pub fn of(deed: Deed, error: zmq::Error) -> Self {
        let (code, number) = (error.name(), error.number());
        match table::meaning(deed, code) {
            Some(row) => Self::new(code, row.wrong, row.advice),
            None => Self::new(
                code,
                (
                    format!("ошибка операционной системы, номер {number}"),
                    format!("an error of the operating system, number {number}"),
                ),
                ("", ""),
            ),
        }
    }

    /// The whole sentence; `tried` is a clause.
    pub fn after(self, tried: impl Into<Words<String>>) -> Error {
        let (code, tried) = (self.code, tried.into());
        let sentence = |tried: String, wrong: String, advice: String| {
            format!("{tried}: {wrong} ({code}). {advice}").trim_end().to_owned()
        };
        Error::new(
            code,
            sentence(tried.russian, self.wrong.russian, self.advice.russian),
            sentence(tried.english, self.wrong.english, self.advice.english),
        )
    }
}

/// Every code that has words, what it means and what to do about it; a code stands several times where its meaning depends
/// on what was tried.
#[cfg(test)]
pub fn catalogue() -> impl Iterator<Item = (&'static str, Words, Words)> {
    table::ROWS
        .iter()
        .map(|row| (row.code, row.wrong, row.advice))
        .chain(OWN.iter().copied())
        .chain(super::proxy::CATALOGUE.iter().copied())
}

/// What sockets answer of themselves, where libzmq and the system are not asked.
#[cfg(test)]
#[rustfmt::skip]
const OWN: &[(&str, Words, Words)] = &[
    ("EADDRINUSE", words("к этой точке привязан или подключён этот же объект", "this very object is bound or connected to the endpoint"),
     words("Для другой стороны нужен другой объект.", "The other side takes another object.")),
    ("ECANCELED", words("ожидание прервано: сокет закрывают из другого потока", "the wait was broken off: another thread closes the socket"),
     words("Ничего не отправлено и не потеряно.", "Nothing was sent or lost.")),
    ("ECANCELED", words("ожидание ответа прервано: сокет закрывают из другого потока", "the wait for the reply was broken off: another thread closes the socket"),
     words("Запрос уже отправлен и может быть выполнен.", "The request was sent already, and may be carried out.")),
    ("EILSEQ", words("строку нельзя передать в UTF-8 или полученное — не строка", "a text cannot go in UTF-8, or what came is no text"),
     words("Ничего не потеряно: отправьте и получите двоичными данными (Отправить, Получить).", "Nothing is lost: send and receive it as binary data (Send, Recv).")),
    ("EMSGSIZE", words("пакет длиннее 16 МиБ, или в нём больше 100000 сообщений", "a batch is longer than 16 MiB, or has more than 100000 messages"),
     words("Разделите его на несколько.", "Make several of it.")),
    ("EINVAL", words("ИдентификаторПодключаемого не действует вместе с ТолькоУстановленныеСоединения", "ConnectRoutingId has no effect together with Immediate"),
     words("Выключите ТолькоУстановленныеСоединения или возьмите для этого подключения другой Router.", "Switch Immediate off, or take another Router for this connection.")),
    ("EINVAL", words("Поддерживает: возможности с таким именем нет", "Has: there is no capability of this name"),
     words("Имена перечислены в тексте ошибки.", "The text lists the names.")),
    ("EISCONN", words("Pair уже подключён к другой точке", "a Pair is connected to another endpoint"),
     words("Сначала вызовите Отключить или возьмите другой объект.", "Call Disconnect first, or take another object.")),
    ("ENOCOMPATPROTO", words("Stream работает только по tcp", "a Stream works over tcp only"),
     words("Укажите адрес tcp.", "Give an address of tcp.")),
    ("EALREADY", words("сокет уже слушают в фоне", "the socket is listened to in the background already"),
     words("Чтобы задать другое имя события, сначала вызовите ПрекратитьСлушать.", "For another name of events call StopListening first.")),
    ("EBUSY", words("сокет слушают в фоне, а получают вызовом", "the socket is listened to in the background, and a call receives"),
     words("Сообщения приходят событиями; сначала вызовите ПрекратитьСлушать.", "Messages come as events; call StopListening first.")),
    ("EBUSY", words("сокет слушают в фоне: решение о подписке досталось бы не тому собеседнику", "the socket is listened to in the background: a decision on a subscription would meet the wrong peer"),
     words("Сначала вызовите ПрекратитьСлушать.", "Call StopListening first.")),
    ("ENOTSUP", words("Слушать: включена настройка РучныеПодписки", "Listen: the option XPubManual is on"),
     words("Получайте подписки вызовом Получить или выключите её.", "Receive subscriptions by Recv, or switch it off.")),
    ("ENOTSUP", words("Слушать: события до сервера не доходят", "Listen: events do not reach servers"),
     words("Получайте в фоновом задании: Получить или опросник ZeroMQ.Poller.", "Receive in a background job: Recv, or a ZeroMQ.Poller.")),
    ("EAGAIN", words("Слушать: система не дала потока", "Listen: the system gave no thread"),
     words("Закройте ненужные сокеты или поднимите предел потоков.", "Close sockets, or raise the limit of threads.")),
    ("ECANCELED", words("ожидание прервано: опросник закрывают из другого потока", "the wait was broken off: another thread closes the poller"),
     words("Сокеты и их сообщения остались как были.", "The sockets and their messages are as they were.")),
    ("EEXIST", words("сокет уже добавлен в опросник", "the poller has the socket already"),
     words("Другие события задаёт метод Изменить.", "Change asks for other events.")),
    ("ENOENT", words("сокета с таким идентификатором нет, или в опросник его не добавляли", "there is no socket of this id, or the poller was not given it"),
     words("Передайте методу Добавить свойство Идентификатор сокета.", "Give Add the property Id of the socket.")),
    ("ENOENT", words("Отвязать или Отключить: такой конечной точки у сокета нет", "Unbind or Disconnect: the socket has no such endpoint"),
     words("Какие есть, сказано в тексте ошибки.", "The text tells which there are.")),
    ("EINVAL", words("Router и Stream: не сказано, кому отправить", "Router and Stream: it was not said whom to send to"),
     words("Передайте идентификатор методу ОтправитьКому или первой частью методу ОтправитьЧасть.", "Give the identity to SendTo, or as the first part to SendPart.")),
    ("ENOSPC", words("подписок слишком много", "there are too many subscriptions"),
     words("Подпишитесь на общее начало тем, отпишитесь от ненужных или возьмите второй Sub.", "Subscribe to what topics begin with, end some, or take a second Sub.")),
    ("ENOTCONN", words("сокет ни к чему не привязан и не подключён", "the socket is neither bound nor connected"),
     words("Сначала вызовите Привязать или Подключить.", "Call Bind or Connect first.")),
    ("ENOTCONN", words("ни один сокет опросника ни к чему не привязан и не подключён", "no socket of the poller is bound or connected"),
     words("Сначала вызовите Привязать или Подключить, потом Ожидать.", "Call Bind or Connect first, then Wait.")),
    ("EEXIST", words("доменом распоряжается другой объект Auth", "another Auth has the domain"),
     words("Закройте его или возьмите другой домен.", "Close it, or take another domain.")),
    ("EINVAL", words("ключ, имя или пароль другой длины или с недопустимыми символами, неверный адрес", "a key, a name or a password is of another length or has characters that it cannot have, an address is not well formed"),
     words("Что ожидалось, сказано в тексте ошибки; того, что передано, в нём нет.", "The text tells what is expected; what was given is not in it.")),
    ("EISCONN", words("защиту задают слишком поздно: сокет уже привязан или подключён", "the security is set too late: the socket is bound or connected already"),
     words("Задайте её до Привязать и Подключить.", "Set it before Bind and Connect.")),
    ("ENOCOMPATPROTO", words("защищённый сокет привязывают или подключают к inproc", "a secured socket is bound or connected to inproc"),
     words("Возьмите tcp или ipc, а для inproc — другой сокет, без защиты.", "Take tcp or ipc, and for inproc another socket without security.")),
    ("ENOSPC", words("доменов или записей в их таблицах слишком много", "there are too many domains, or entries in their tables"),
     words("Удалите ненужные.", "Remove those that are not needed.")),
    ("ENOTSOCK", words("проверка подлинности закрыта", "the authentication is closed"),
     words("Создайте новый объект.", "Make a new object.")),
    ("ENOTSOCK", words("опросник закрыт", "the poller is closed"),
     words("Создайте новый объект.", "Make a new object.")),
    ("ENOTSOCK", words("сокет закрыт", "the socket is closed"),
     words("Создайте новый объект.", "Make a new object.")),
];

/// The code of a wait that was broken off.
pub const INTERRUPTED: &str = "ECANCELED";

/// An error of libzmq after a deed; `what` is as `Deed::tried` has it.
pub fn explain(deed: Deed, class: &str, what: &str, error: zmq::Error) -> Error {
    Refusal::of(deed, error).after(deed.tried(class, what))
}

/// What is wrong where a deed was not this object's call: the code, and a clause.
pub fn wrong(deed: Deed, error: zmq::Error) -> (&'static str, Words<String>) {
    let Refusal { code, wrong, .. } = Refusal::of(deed, error);
    (code, wrong)
}

/// A deed that was tried until it was broken off.
pub fn broken(deed: Deed, class: &str, broken: Broken) -> Error {
    match broken {
        Broken::Stopped => interrupted(class),
        Broken::Failed(error) => explain(deed, class, "", error),
    }
}

/// A socket that was closed is used.
#[cold]
pub fn closed(class: &str) -> Error {
    Error::new(
        "ENOTSOCK",
        format!("Сокет {class} закрыт. Создайте новый объект."),
        format!("The {class} socket is closed. Make a new object."),
    )
}

/// A socket is used that was neither bound nor connected.
#[cold]
pub fn not_attached(class: &str) -> Error {
    Error::new(
        "ENOTCONN",
        format!("Сокет {class} ни к чему не привязан и не подключён. Сначала вызовите Привязать или Подключить."),
        format!("The {class} socket is neither bound nor connected. Call Bind or Connect first."),
    )
}

/// As `interrupted`, of a call whose request was sent.
#[cold]
pub fn without_reply(class: &str) -> Error {
    Error::new(
        INTERRUPTED,
        format!(
            "Ожидание ответа прервано: сокет {class} закрывается из другого потока. Запрос уже отправлен и может быть выполнен."
        ),
        format!(
            "The wait for the reply was broken off: another thread closes the {class} socket. The request was sent already, and may be carried out."
        ),
    )
}

/// A call was still waiting when its object was closed from another thread.
fn interrupted(class: &str) -> Error {
    Error::new(
        INTERRUPTED,
        format!("Ожидание прервано: сокет {class} закрывается из другого потока. Ничего не отправлено и не потеряно."),
        format!("The wait was broken off: another thread closes the {class} socket. Nothing was sent or lost."),
    )
}
