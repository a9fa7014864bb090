//! The options of one pattern: requests, addressed messages, publishing, raw connections.

use super::option_rows::not_reserved;
use super::{P, bytes, flag};
use crate::objects::classes::named;
use crate::schema::{ClassSet, Matters};
use crate::zmq::{BytesOption, IntOption};

const REQ: ClassSet = named(&["Req"]);
const ROUTER: ClassSet = named(&["Router"]);
const XPUB: ClassSet = named(&["XPub"]);
const PUBLISHERS: ClassSet = named(&["Pub", "XPub"]);

/// What only some classes have.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
    P::option("ReqRelaxed", "ПовторЗапроса", REQ,
        flag(IntOption::ReqRelaxed).matters(Matters::BeforeConnecting).sample(false).default(true))
        .doc("Истина: если ответа нет, можно отправить новый запрос; прежний забывается. Ложь: пока ответ не получен, `Отправить` — ошибка `EFSM`.",
             "True: when no reply comes a new request may be sent; the old one is forgotten. False: until the reply was received `Send` is the error `EFSM`."),
    P::option("ReqCorrelate", "СверкаОтвета", REQ,
        flag(IntOption::ReqCorrelate).matters(Matters::BeforeConnecting).sample(false).default(true))
        .doc("Истина: запросы нумеруются, и запоздавший ответ на прежний запрос не будет принят за ответ на новый. Номер идёт в сообщении отдельной частью, которую `Rep` возвращает сам; сервер другого рода (`Dealer`, своя программа) должен вернуть её тоже.",
             "True: requests are numbered, and a late reply to an earlier one is not taken for the reply to the new one. The number goes in a part of its own, which a `Rep` sends back by itself; a server of another kind (`Dealer`, a program of yours) has to send it back too."),
    P::option("ProbeRouter", "УведомлениеОПодключении", named(&["Req", "Dealer", "Router"]),
        flag(IntOption::ProbeRouter).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: каждому, с кем установлено соединение, сразу уходит пустое сообщение. Так `Router` на другой стороне узнаёт о подключившемся раньше, чем тот что-нибудь отправит. Только если на другой стороне `Router`.",
             "True: everybody to whom a connection is made is sent an empty message at once. That is how a `Router` at the other end learns of a peer before that sends anything. For a `Router` at the other end only."),
    P::option("RouterMandatory", "ОбязательныйПолучатель", ROUTER,
        flag(IntOption::RouterMandatory).sample(false).default(true))
        .doc("Истина: отправить тому, кого нет, — ошибка, а тому, чья очередь полна, — ожидание. Ложь: такие сообщения пропадают без следа.",
             "True: sending to one that is not there is an error, and to one whose queue is full a wait. False: such messages vanish without a trace."),
    P::option("RouterHandover", "ПередачаИдентификатора", ROUTER,
        flag(IntOption::RouterHandover).sample(false).default(true))
        .doc("Когда подключается второй с тем же идентификатором маршрута. Истина: он занимает место первого — так работник, чьё соединение оборвалось незаметно, возвращается сразу. Ложь: второго не слышно, пока первый на связи.",
             "When a second one connects with the same routing id. True: it takes the place of the first; a worker whose connection broke unnoticed is back at once. False: the second is not heard while the first is there."),
    P::option("ConnectRoutingId", "ИдентификаторПодключаемого", ROUTER,
        bytes(BytesOption::ConnectRoutingId, 1..=255).check(not_reserved).matters(Matters::NextConnection).sample(b"server-1").default(b""))
        .doc("Под каким идентификатором будет известен тот, к кому подключит следующий `Подключить`; после него настройка снова пуста. Чтобы писать ему первым, не дожидаясь сообщения от него. Вместе с `ТолькоУстановленныеСоединения` — ошибка при `Подключить`, кроме `inproc`.",
             "The id by which the one that the next `Connect` connects to will be known; after that the option is empty again. To write to it first, without waiting for a message from it. Together with `Immediate` it is an error of `Connect`, but for `inproc`."),
    P::option("XPubNoDrop", "БезПотерь", PUBLISHERS,
        flag(IntOption::XPubNoDrop).sample(true).default(false))
        .doc("Истина: если хоть у одного подписчика сообщения достигнут предел отправки, `Отправить` ждёт его не дольше таймаута отправки и, если не дождался, не отправляет никому. Ложь: отставший подписчик сообщение пропускает. Один медленный подписчик при значении Истина задерживает всех.",
             "True: when a subscriber to the message is at the send water mark `Send` waits for it, no longer than the send timeout, and then sends to nobody. False: a subscriber that lags misses the message. With True one slow subscriber holds up all."),
    P::option("XPubWelcomeMessage", "Приветствие", PUBLISHERS,
        bytes(BytesOption::XPubWelcomeMessage, 0..=65_535).matters(Matters::BeforeConnecting).sample(b"hello").default(b""))
        .doc("Сообщение, которое получает каждый новый подписчик, подписанный на его начало: например последнее состояние. Пустое — ничего.",
             "A message for every new subscriber that is subscribed to its beginning: the last state, for example. Empty sends none."),
    P::option("XPubVerbose", "ВсеПодписки", XPUB,
        flag(IntOption::XPubVerbose).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: `XPub` получает каждую подписку. Ложь: только подписку на тему, на которую до того не был подписан никто.",
             "True: the `XPub` receives every subscription. False: only those to topics that nobody was subscribed to."),
    P::option("XPubVerboser", "ВсеПодпискиИОтписки", XPUB,
        flag(IntOption::XPubVerboser).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: `XPub` получает каждую подписку и каждую отписку. Ложь: как решает `ВсеПодписки`.",
             "True: the `XPub` receives every subscription and every end of one. False: as `XPubVerbose` says."),
    P::option("XPubManual", "РучныеПодписки", XPUB,
        flag(IntOption::XPubManual).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: подписка не действует, пока `XPub`, получив её, не подпишет того, от кого она пришла, методом `ПодписатьСобеседника` — на ту же тему или на другую.",
             "True: a subscription does not hold until the `XPub`, having received it, subscribes the one that it came from by `SubscribePeer`, to that topic or another."),
    P::option("InvertMatching", "ОбратныйОтбор", named(&["Pub", "XPub", "Sub"]),
        flag(IntOption::InvertMatching).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: доходят сообщения, которые не подходят ни под одну подписку. Должна совпадать у издателя и подписчиков.",
             "True: the messages that fit no subscription come. Has to be the same at the publisher and its subscribers."),
    P::option("StreamNotify", "УведомленияОСоединениях", named(&["Stream"]),
        flag(IntOption::StreamNotify).matters(Matters::BeforeConnecting).sample(false).default(true))
        .doc("Истина: о каждом установленном и закрытом соединении приходит сообщение с пустыми данными.",
             "True: a message with empty data tells of each connection that is made or closed."),
];
