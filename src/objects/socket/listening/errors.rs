//! Why a socket is not listened to, or does not do something else meanwhile.

use crate::objects::errors::Refusal;
use crate::schema::{Error, Words};

/// Listening could not begin, or is of no use here.
pub fn not_listening(class: &str, refusal: Refusal) -> Error {
    refusal.after(Words::from((
        format!("Сокет {class}: слушать в фоне не удалось"),
        format!("{class} socket: could not listen in the background"),
    )))
}

/// The system gave no thread.
pub fn no_thread() -> Refusal {
    Refusal::new(
        "EAGAIN",
        ("система не дала потока", "the system gave no thread"),
        ("Закройте ненужные сокеты или поднимите предел потоков.", "Close sockets, or raise the limit of threads."),
    )
}

/// There is no client.
pub fn nobody_hears(class: &str) -> Error {
    let refusal = Refusal::new(
        "ENOTSUP",
        (
            "события до сервера не доходят, ОбработкаВнешнегоСобытия бывает только в клиентском приложении",
            "events do not reach servers, only a client has a handler of external events",
        ),
        (
            "На сервере получайте в фоновом задании: Получить или опросник ZeroMQ.Poller.",
            "On a server receive in a background job: Recv, or a ZeroMQ.Poller.",
        ),
    );
    not_listening(class, refusal)
}

/// Listen comes a second time.
pub fn already(class: &str) -> Error {
    Error::new(
        "EALREADY",
        format!("Сокет {class} уже слушают. Чтобы задать другое имя события, сначала вызовите ПрекратитьСлушать."),
        format!("The {class} socket is listened to already. For another name of events call StopListening first."),
    )
}

/// A call receives meanwhile.
pub fn busy(class: &str) -> Error {
    Error::new(
        "EBUSY",
        format!(
            "Сокет {class} слушают в фоне: его сообщения приходят событиями. Чтобы получать их вызовом, сначала вызовите ПрекратитьСлушать."
        ),
        format!(
            "The {class} socket is listened to in the background: its messages come as events. To receive them by a call, call StopListening first."
        ),
    )
}

/// Subscriptions are decided on by calls, for the peer whose word came last.
pub fn would_mistake_peers(class: &str) -> Error {
    let refusal = Refusal::new(
        "ENOTSUP",
        (
            "с настройкой РучныеПодписки решение о подписке досталось бы не тому собеседнику: в фоне получают раньше, чем сообщают",
            "with the option XPubManual a decision would meet the wrong peer: in the background subscriptions are received before they are told of",
        ),
        (
            "Получайте подписки вызовом Получить или выключите РучныеПодписки.",
            "Receive subscriptions by Recv, or switch XPubManual off.",
        ),
    );
    not_listening(class, refusal)
}

/// As `would_mistake_peers`, where listening came first.
pub fn receives_ahead(class: &str) -> Error {
    Error::new(
        "EBUSY",
        format!(
            "Сокет {class} слушают в фоне: решение о подписке досталось бы не тому собеседнику. Для РучныеПодписки, ПодписатьСобеседника и ОтписатьСобеседника сначала вызовите ПрекратитьСлушать."
        ),
        format!(
            "The {class} socket is listened to in the background: a decision on a subscription would meet the wrong peer. For XPubManual, SubscribePeer and UnsubscribePeer call StopListening first."
        ),
    )
}
