//! Whether peers are there, and what happens to their connections.

use super::M;
use crate::objects::classes::{ALL, Abilities, who};
use crate::objects::socket::watching::Count;
use crate::schema::{ClassSet, Timeout, required};

const PUBLISHERS: ClassSet = who(Abilities::PUBLISHES).or(crate::objects::classes::named(&["XPub"]));

/// What waits outside of the socket's gate.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::waiting("WaitConnected", "ОжидатьПодключения", ALL, |s, call, waiting| s.wait_connected(call, waiting))
        .takes(&[Timeout::PARAMETER])
        .doc("Ждёт, пока хотя бы один собеседник не будет на месте, но не дольше таймаута; таймаут объекта — таймаут получения, а у тех, кто не получает, — отправки. На месте — значит, рукопожатие с ним удалось (tcp, ipc), или обе стороны `inproc` есть; у `Stream` — есть соединение. Если он уже на месте, не ждёт. Другие потоки тем временем отправляют и получают. Пока сокет ни к чему не привязан и не подключён — ошибка `ENOTCONN`.",
             "Waits until one peer or more is there, no longer than the timeout; the object's own is its receive timeout, the send timeout where it does not receive. A peer is there when its handshake has succeeded (tcp, ipc), or when both sides of an `inproc` are; of a `Stream`, when there is a connection. Does not wait when one is there already. Other threads send and receive meanwhile. While the socket is neither bound nor connected it is the error `ENOTCONN`.")
        .gives("Булево: Ложь, если таймаут вышел.", "Boolean: False when the timeout passed.")
        .example("Сокет.Подключить(\"tcp://127.0.0.1:5555\");\nЕсли Не Сокет.ОжидатьПодключения(1000) Тогда\n\tСообщить(\"Сервера пока нет\");\nКонецЕсли;",
                 "Socket.Connect(\"tcp://127.0.0.1:5555\");\nIf Not Socket.WaitConnected(1000) Then\n\tMessage(\"The server is not there yet\");\nEndIf;"),
    M::waiting("WaitSubscribers", "ОжидатьПодписчиков", PUBLISHERS, |s, call, waiting| s.wait_subscribers(call, waiting))
        .takes(&[required::<Count>("Count", "Количество"), Timeout::PARAMETER])
        .doc("Ждёт, пока не будет хотя бы стольких подписчиков, но не дольше таймаута; таймаут объекта — таймаут получения, а у тех, кто не получает, — отправки. Подписчик — собеседник, у которого есть хотя бы одна подписка; считается один раз, сколько бы их ни было, а кто ушёл или отписался от всего — не считается. `XSub`, который передаёт чужие подписки, — один подписчик. Сам ничего не публикует и сообщений у `XPub.Получить` не забирает. С настройкой `РучныеПодписки` считаются те, кто о подписке попросил.",
             "Waits until there are at least so many subscribers, no longer than the timeout; the object's own is its receive timeout, the send timeout where it does not receive. A subscriber is a peer that has one subscription or more; it counts once, however many it has, and whoever has gone or has ended all counts no more. An `XSub` that passes on the subscriptions of others is one subscriber. Publishes nothing by itself, and takes no message from `XPub.Recv`. With the option `XPubManual` those count that asked for a subscription.")
        .gives("Булево: Ложь, если таймаут вышел.", "Boolean: False when the timeout passed.")
        .example("Сокет.Привязать(\"tcp://127.0.0.1:5555\");\nЕсли Сокет.ОжидатьПодписчиков(1, 1000) Тогда\n\tСокет.ОтправитьСтроку(\"курсы: 42\");\nКонецЕсли;",
                 "Socket.Bind(\"tcp://127.0.0.1:5555\");\nIf Socket.WaitSubscribers(1, 1000) Then\n\tSocket.SendText(\"rates: 42\");\nEndIf;"),
    M::waiting("NextEvent", "СледующееСобытие", ALL, |s, call, waiting| s.next_event(call, waiting))
        .takes(&[Timeout::PARAMETER])
        .doc("Отдаёт следующее событие сокета — кто подключился, ушёл, не прошёл рукопожатие — строкой JSON: `event`, `endpoint`, `time` (UTC), где известно — `peer` (адрес собеседника), `code` и `error` (что не так), `pause`, `count`. Ждёт не дольше таймаута; таймаут объекта — таймаут получения, а у тех, кто не получает, — отправки. Наблюдение начинается с первого вызова, который возможен и до `Привязать` и `Подключить`, и стоит двух сокетов libzmq до `Закрыть`; о том, что было раньше, событий нет. Непрочитанных событий хранится до 1000 у сокета, ещё до 1000 в libzmq и до 2000 между ними; самые старые уступают место, и об этом сообщает `events_dropped`. Через `inproc` событий не бывает. Другие потоки тем временем отправляют и получают.",
             "Gives the socket's next event — who connected, went, failed the handshake — as a text of JSON: `event`, `endpoint`, `time` (UTC), and where known `peer` (the peer's address), `code` and `error` (what is wrong), `pause`, `count`. Waits no longer than the timeout; the object's own is its receive timeout, the send timeout where it does not receive. Watching begins with the first call, which may come before `Bind` and `Connect`, and takes two of libzmq's sockets until `Close`; of what was before there are no events. Of events that are not read the socket keeps up to 1000, libzmq up to 1000 more, and up to 2000 are between them; the oldest make room, and `events_dropped` tells of it. There are no events of `inproc`. Other threads send and receive meanwhile.")
        .gives("Строка; Неопределено, если таймаут вышел.", "String; Undefined when the timeout passed.")
        .example("Сокет.СледующееСобытие(0); // наблюдение началось\nСокет.Привязать(\"tcp://127.0.0.1:5555\");\nСобытие = Сокет.СледующееСобытие(1000);\nЕсли Событие <> Неопределено Тогда\n\tСообщить(Событие); // {\"event\":\"listening\", …\nКонецЕсли;",
                 "Socket.NextEvent(0); // watching has begun\nSocket.Bind(\"tcp://127.0.0.1:5555\");\nEvent = Socket.NextEvent(1000);\nIf Event <> Undefined Then\n\tMessage(Event); // {\"event\":\"listening\", …\nEndIf;"),
];
