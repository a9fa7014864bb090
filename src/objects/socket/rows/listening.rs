//! Messages as events of the client.

use super::{M, P, RECEIVERS};
use crate::native_api::Reply;
use crate::objects::socket::listening::{MOST, MOST_OF_ALL, NAME};
use crate::schema::{Whole, optional};

type Most = Whole<1, MOST_OF_ALL>;

/// What begins and ends listening.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("Listen", "Слушать", RECEIVERS, |s, call| { let (name, Whole(most), all_binary) = (call.argument()?, call.argument::<Most>()?, call.argument()?); s.listen(name, most, all_binary) })
        .takes(&[optional::<Option<&[u16]>>("EventName", "ИмяСобытия", Reply::Text(NAME)), optional::<Most>("MaxWaiting", "МаксимумВОчереди", Reply::Int(MOST)), optional::<bool>("AllBase64", "ВсёВBase64", Reply::Bool(false))])
        .doc("Только на клиенте: дальше компонента получает сообщения сама, в своём потоке, и о каждом сообщает событием — вызываются обработчики `ВнешнееСобытие(Источник, Событие, Данные)` открытых форм и `ОбработкаВнешнегоСобытия` модуля приложения. Источник — имя класса, например `ZeroMQ.Sub`. Событие — `ИмяСобытия` (до 255 символов; не указано — `ZeroMQ`), если сообщение — текст в UTF-8 без байта 0; `ИмяСобытия.Base64`, если это двоичные данные, Данные тогда в Base64; `ИмяСобытия.JSON`, если сообщение составное, Данные тогда — массив частей, как в `ПолучитьПакет`. `ВсёВBase64` = Истина — каждая часть двоичными данными. Пока обработчик не успевает, ждут до `МаксимумВОчереди` (1…100000, не указан — 1000) сообщений и 64 МиБ; дальше теряются самые старые, о чём сообщает событие `ИмяСобытия.Dropped` с их числом на том месте, где они были. На сервере — ошибка `ENOTSUP`: события до него не доходят; у `XPub` с настройкой `РучныеПодписки` — тоже. Отправлять можно как обычно; получать вызовом — ошибка `EBUSY`.",
             "On a client only: from now on the component itself receives, in a thread of its own, and tells of each message by an event: the handlers `ExternalEvent(Source, Event, Data)` of the open forms and `ExternEventProcessing` of the application's module are called. The source is the name of the class, such as `ZeroMQ.Sub`. The event is `EventName` (up to 255 characters; `ZeroMQ` when left out) where the message is a text in UTF-8 without a byte 0; `EventName.Base64` where it is binary data, then the data is Base64; `EventName.JSON` where the message has several parts, then the data is an array of them as in `RecvBatch`. With `AllBase64` = True every part is binary data. While the handler cannot keep up, up to `MaxWaiting` (1…100000, 1000 when left out) messages and 64 MiB wait; beyond that the oldest are lost, which the event `EventName.Dropped` tells, with their number, in the place where they were. On a server it is the error `ENOTSUP`: events do not reach it; so it is with an `XPub` that has the option `XPubManual`. Sending goes as always; to receive by a call is the error `EBUSY`.")
        .example("Попытка\n\tСокет.Слушать(\"Заявки\"); // ВнешнееСобытие: Событие = \"Заявки\"\nИсключение\n\tСообщить(Сокет.ПоследняяОшибка); // на сервере\nКонецПопытки;",
                 "Try\n\tSocket.Listen(\"Orders\"); // the handler of external events: Event = \"Orders\"\nExcept\n\tMessage(Socket.LastError); // on a server\nEndTry;"),
    M::function("StopListening", "ПрекратитьСлушать", RECEIVERS, |s, call| { let back = s.stop_listening()?; call.answer(back) })
        .doc("Прекращает получать в фоне, за полсекунды самое большее. Сообщения, о которых событий ещё не было, не теряются: их отдаст `Получить`. События, которые уже стоят в очереди самой платформы (до 100), обработчик получит и после. Если сокет не слушали, ничего не делает.",
             "Ends receiving in the background, in half a second at the most. Messages that no event told of are not lost: `Recv` gives them. Events that stand in the platform's own queue already (up to 100) come to the handler afterwards. Does nothing where nobody listened.")
        .gives("Число сообщений, которые вернулись: их отдаст `Получить`.", "Number of messages that came back: `Recv` gives them.")
        .example("Осталось = Сокет.ПрекратитьСлушать();\nДля Номер = 1 По Осталось Цикл\n\tДанные = Сокет.Получить(0);\nКонецЦикла;",
                 "Left = Socket.StopListening();\nFor Number = 1 To Left Do\n\tData = Socket.Recv(0);\nEndDo;"),
];

/// What is read of it.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
    P::read_only("Listening", "Слушает", RECEIVERS, |seen, read| read.answer(Reply::Bool(seen.relay.is_open())))
        .doc("Булево. Истина после `Слушать` и до `ПрекратитьСлушать` или `Закрыть`.", "Boolean. True after `Listen` and until `StopListening` or `Close`.")
        .example("Если Сокет.Слушает Тогда\n\tСокет.ПрекратитьСлушать();\nКонецЕсли;",
                 "If Socket.Listening Then\n\tSocket.StopListening();\nEndIf;"),
    P::read_only("EventsWaiting", "СобытийВОчереди", RECEIVERS, |seen, read| read.answer(Reply::from(seen.relay.waiting())))
        .doc("Число. Сколько сообщений получено в фоне и ждёт, когда о них можно будет сообщить событием.", "Number. How many messages were received in the background and wait until an event can tell of them.")
        .example("Сообщить(Сокет.СобытийВОчереди);",
                 "Message(Socket.EventsWaiting);"),
    P::read_only("EventsDropped", "ПотеряноСобытий", RECEIVERS, |seen, read| read.answer(Reply::from(seen.relay.lost())))
        .doc("Число. Сколько сообщений за жизнь объекта потеряно, потому что обработчик не успевал.", "Number. How many messages were lost in the life of the object because the handler could not keep up.")
        .example("Если Сокет.ПотеряноСобытий > 0 Тогда\n\tСообщить(\"Обработчик не успевает\");\nКонецЕсли;",
                 "If Socket.EventsDropped > 0 Then\n\tMessage(\"The handler cannot keep up\");\nEndIf;"),
];
