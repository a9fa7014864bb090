//! The members of the sockets: names, who has them, what they take and give. The code they run stands beside.

use super::Socket;
use crate::native_api::Reply;
use crate::objects::classes::{ALL, Abilities, who};
use crate::schema::{ClassSet, Family, Index, Matters, Method, Milliseconds, Property, Unit, option, required};
use crate::zmq::IntOption;
use std::ops::RangeInclusive;

const SENDERS: ClassSet = who(Abilities::SENDS);
const RECEIVERS: ClassSet = who(Abilities::RECEIVES);
const SUBSCRIBING: ClassSet = who(Abilities::SUBSCRIBES);

/// Two marks are added where a name of `inproc` is between: the sum must be an int.
const WATER: RangeInclusive<i32> = 0..=1_000_000_000;

type M = Method<Socket>;
type P = Property<Socket>;

#[rustfmt::skip]
impl Family for Socket {
    const METHODS: &'static [M] = &[
        M::procedure("Bind", "Привязать", ALL, |s, call| s.bind(call.argument()?))
            .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
            .doc("Привязывает сокет к конечной точке и начинает принимать соединения: `tcp://127.0.0.1:5555`, `tcp://*:5555`, `tcp://[::1]:5555`, `ipc:///путь/к/файлу`, `inproc://имя`. Вместо порта или пути можно указать `*`: адрес выберет система, его сообщит `ПоследняяКонечнаяТочка`.",
                 "Binds the socket to an endpoint and accepts connections: `tcp://127.0.0.1:5555`, `tcp://*:5555`, `tcp://[::1]:5555`, `ipc:///path/to/file`, `inproc://name`. With `*` in place of port or path the system chooses; `LastEndpoint` tells.")
            .example("Сокет.Привязать(\"tcp://*:5555\");",
                     "Socket.Bind(\"tcp://*:5555\");"),
        M::procedure("Unbind", "Отвязать", ALL, |s, call| s.unbind(call.argument()?))
            .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
            .doc("Отвязывает конечную точку: годится и текст, переданный в `Привязать`, и настоящий адрес. Подключённые через tcp и ipc отключаются, отправленное им ещё доходит; подключённые к имени `inproc` остаются с этим сокетом, пока он не закрыт. Собственные подключения сокета не трогает.",
                 "Undoes `Bind`; takes the text that `Bind` was given, or the real address. Peers on tcp and ipc are cut off, what was sent to them still arrives; those of an `inproc` name stay with this socket until it is closed. The socket's own connections are left alone.")
            .example("Сокет.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Отвязать(Сокет.ПоследняяКонечнаяТочка);",
                     "Socket.Bind(\"tcp://127.0.0.1:*\");\nSocket.Unbind(Socket.LastEndpoint);"),
        M::procedure("Connect", "Подключить", ALL, |s, call| s.connect(call.argument()?))
            .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
            .doc("Подключается к конечной точке. Соединение устанавливается в фоне и восстанавливается само; другая сторона может появиться позже и смениться другой, и у имени `inproc` тоже. Повторный вызов с тем же адресом второго соединения не создаёт; адрес, по которому подключиться нельзя никогда, — ошибка.",
                 "Connects to an endpoint. The connection is made, and made anew, in the background; the peer may come later and be replaced by another, that of an `inproc` name too. Another call with the same address makes no second connection; an address that can never be reached is an error.")
            .example("Сокет.Подключить(\"tcp://127.0.0.1:5555\");",
                     "Socket.Connect(\"tcp://127.0.0.1:5555\");"),
        M::procedure("Disconnect", "Отключить", ALL, |s, call| s.disconnect(call.argument()?))
            .takes(&[required::<&[u16]>("Endpoint", "КонечнаяТочка")])
            .doc("Отключается от конечной точки, к которой подключались методом `Подключить`; привязанное не трогает. Сообщение, первую часть которого уже отдал `Получить`, можно дочитать.",
                 "Undoes `Connect`; leaves what is bound alone. A message whose first part `Recv` gave can still be read to its end.")
            .example("Сокет.Подключить(\"tcp://127.0.0.1:5555\");\nСокет.Отключить(\"tcp://127.0.0.1:5555\");",
                     "Socket.Connect(\"tcp://127.0.0.1:5555\");\nSocket.Disconnect(\"tcp://127.0.0.1:5555\");"),
        M::function("Send", "Отправить", SENDERS, |s, call| { let sent = s.send(call.argument()?)?; call.answer(Reply::Bool(sent)) })
            .takes(&[required::<&[u8]>("Data", "Данные")])
            .doc("Отправляет сообщение; вместе с ним части, накопленные методом `ОтправитьЧасть`. Ждёт не дольше таймаута отправки.",
                 "Sends a message, with the parts collected by `SendPart` before it. Waits no longer than the send timeout.")
            .gives("Булево. Ложь, если за время таймаута отправить не удалось: не отправлено ничего, накопленные части остались.",
                   "Boolean. False when the timeout passed: nothing was sent, the collected parts remain.")
            .example("Данные = ПолучитьДвоичныеДанныеИзСтроки(\"Привет\");\nЕсли Не Сокет.Отправить(Данные) Тогда\n\tСообщить(\"За время таймаута отправить не удалось\");\nКонецЕсли;",
                     "Data = GetBinaryDataFromString(\"Hello\");\nIf Not Socket.Send(Data) Then\n\tMessage(\"Not sent before the timeout\");\nEndIf;"),
        M::procedure("SendPart", "ОтправитьЧасть", SENDERS, |s, call| s.send_part(call.argument()?))
            .takes(&[required::<&[u8]>("Data", "Данные")])
            .doc("Добавляет часть составного сообщения. Оно уйдёт целиком, когда последнюю часть передадут методу `Отправить`. Все части вместе — меньше 4 ГиБ: кто по tcp или ipc шлёт больше, того получатель отключает.",
                 "Adds a part of a multipart message, which goes out as a whole when `Send` is given the last part. All parts together have less than 4 GiB: a receiver cuts off whoever sends more over tcp or ipc.")
            .example("Сокет.ОтправитьЧасть(ПолучитьДвоичныеДанныеИзСтроки(\"заголовок\"));\nСокет.Отправить(ПолучитьДвоичныеДанныеИзСтроки(\"тело\"));",
                     "Socket.SendPart(GetBinaryDataFromString(\"header\"));\nSocket.Send(GetBinaryDataFromString(\"body\"));"),
        M::procedure("DropParts", "ОтброситьЧасти", SENDERS, |s, _| { s.drop_parts(); Ok(()) })
            .doc("Отбрасывает части, накопленные методом `ОтправитьЧасть`.",
                 "Drops the parts collected by `SendPart`.")
            .example("Сокет.ОтправитьЧасть(ПолучитьДвоичныеДанныеИзСтроки(\"заголовок\"));\nСокет.ОтброситьЧасти(); // ничего не отправлено",
                     "Socket.SendPart(GetBinaryDataFromString(\"header\"));\nSocket.DropParts(); // nothing was sent"),
        M::function("Recv", "Получить", RECEIVERS, |s, call| s.receive(call))
            .doc("Получает сообщение, из составного — очередную часть. Ждёт не дольше таймаута получения.",
                 "Receives a message; of a multipart one, the next part. Waits no longer than the receive timeout.")
            .gives("ДвоичныеДанные; Неопределено, если таймаут вышел.", "BinaryData; Undefined when the timeout passed.")
            .example("Данные = Сокет.Получить();\nЕсли Данные <> Неопределено Тогда\n\tСообщить(ПолучитьСтрокуИзДвоичныхДанных(Данные));\nКонецЕсли;",
                     "Data = Socket.Recv();\nIf Data <> Undefined Then\n\tMessage(GetStringFromBinaryData(Data));\nEndIf;"),
        M::function("RecvMultipart", "ПолучитьСоставное", RECEIVERS, |s, call| s.receive_multipart(call))
            .doc("Получает составное сообщение целиком, а если его начал отдавать `Получить`, то остальные части; отдаёт их `ПолучитьЧасть`.",
                 "Receives a whole multipart message, or what is left of the one that `Recv` began; `GetPart` gives its parts.")
            .gives("Число частей; Неопределено, если таймаут вышел.", "Number of parts; Undefined when the timeout passed.")
            .example("ЧислоЧастей = Сокет.ПолучитьСоставное();\nЕсли ЧислоЧастей <> Неопределено Тогда\n\tДля Номер = 0 По ЧислоЧастей - 1 Цикл\n\t\tСообщить(ПолучитьСтрокуИзДвоичныхДанных(Сокет.ПолучитьЧасть(Номер)));\n\tКонецЦикла;\nКонецЕсли;",
                     "PartCount = Socket.RecvMultipart();\nIf PartCount <> Undefined Then\n\tFor Number = 0 To PartCount - 1 Do\n\t\tMessage(GetStringFromBinaryData(Socket.GetPart(Number)));\n\tEndDo;\nEndIf;"),
        M::function("GetPart", "ПолучитьЧасть", RECEIVERS, |s, call| { let Index(number) = call.argument()?; call.answer(Reply::Blob(s.part(number)?)) })
            .takes(&[required::<Index>("PartNumber", "НомерЧасти")])
            .doc("Отдаёт часть сообщения, полученного последним вызовом `ПолучитьСоставное`; номера с 0. Одну часть можно читать сколько угодно раз. Если тот вызов ничего не получил, частей нет.",
                 "Gives a part of the message that the last call of `RecvMultipart` received; numbers begin with 0. A part can be read any number of times. When that call received nothing there are no parts.")
            .gives("ДвоичныеДанные.", "BinaryData.")
            .example("Если Сокет.ПолучитьСоставное() <> Неопределено Тогда\n\tЗаголовок = Сокет.ПолучитьЧасть(0);\nКонецЕсли;",
                     "If Socket.RecvMultipart() <> Undefined Then\n\tHeader = Socket.GetPart(0);\nEndIf;"),
        M::procedure("Subscribe", "Подписаться", SUBSCRIBING, |s, call| s.subscribe(call.argument()?))
            .takes(&[required::<&[u8]>("Topic", "Тема")])
            .doc("Подписывается на сообщения, которые начинаются с этих байт; пустые данные — на все сообщения. Тема — не длиннее 64 КиБ, все вместе — до 16 МиБ.",
                 "Subscribes to messages that begin with these bytes; to all messages with none. A topic has up to 64 KiB, all of them up to 16 MiB.")
            .example("Сокет.Подписаться(ПолучитьДвоичныеДанныеИзСтроки(\"курсы\"));",
                     "Socket.Subscribe(GetBinaryDataFromString(\"rates\"));"),
        M::procedure("Unsubscribe", "Отписаться", SUBSCRIBING, |s, call| s.unsubscribe(call.argument()?))
            .takes(&[required::<&[u8]>("Topic", "Тема")])
            .doc("Отменяет подписку, сделанную с теми же данными.", "Undoes a subscription made with the same bytes.")
            .example("Сокет.Подписаться(ПолучитьДвоичныеДанныеИзСтроки(\"курсы\"));\nСокет.Отписаться(ПолучитьДвоичныеДанныеИзСтроки(\"курсы\"));",
                     "Socket.Subscribe(GetBinaryDataFromString(\"rates\"));\nSocket.Unsubscribe(GetBinaryDataFromString(\"rates\"));"),
        M::procedure("SetRecvTimeout", "УстановитьТаймаутПолучения", RECEIVERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.receive_timeout = ms; Ok(()) })
            .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
            .doc("Задаёт таймаут получения, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
                 "Sets the receive timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
            .example("Сокет.УстановитьТаймаутПолучения(5000); // 5 с",
                     "Socket.SetRecvTimeout(5000); // 5 s"),
        M::procedure("SetSendTimeout", "УстановитьТаймаутОтправки", SENDERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.send_timeout = ms; Ok(()) })
            .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
            .doc("Задаёт таймаут отправки, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
                 "Sets the send timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
            .example("Сокет.УстановитьТаймаутОтправки(5000); // 5 с",
                     "Socket.SetSendTimeout(5000); // 5 s"),
        M::procedure("Close", "Закрыть", ALL, |s, _| { s.close(); Ok(()) })
            .ends_waits()
            .doc("Закрывает сокет. Ждёт не дольше 0,5 с, пока отправленное уйдёт и адреса освободятся; остальное доставляется в фоне до 30 с, пока живёт процесс.",
                 "Closes the socket. Waits up to 0.5 s for what was sent to leave and for its addresses to become free; the rest is delivered in the background for up to 30 s while the process lives.")
            .example("Сокет.Закрыть();",
                     "Socket.Close();"),
    ];

    const PROPERTIES: &'static [P] = &[
        P::read_only("LastError", "ПоследняяОшибка", ALL, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки; пустая строка после удачного вызова.", "String. The last error; empty after a call that succeeded.")
            .example("Попытка\n\tСокет.Привязать(\"tcp://127.0.0.1\"); // нет порта\nИсключение\n\tСообщить(Сокет.ПоследняяОшибка);\nКонецПопытки;",
                     "Try\n\tSocket.Bind(\"tcp://127.0.0.1\"); // no port\nExcept\n\tMessage(Socket.LastError);\nEndTry;"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ALL, |_, read| read.answer(Reply::Text(read.last_error_code)))
            .doc("Строка. Условное имя последней ошибки, например `EADDRINUSE`.", "String. The symbolic name of the last error, such as `EADDRINUSE`.")
            .example("Попытка\n\tСокет.Привязать(\"tcp://127.0.0.1:5555\");\nИсключение\n\tЕсли Сокет.КодПоследнейОшибки = \"EADDRINUSE\" Тогда\n\t\tСокет.Привязать(\"tcp://127.0.0.1:*\");\n\tКонецЕсли;\nКонецПопытки;",
                     "Try\n\tSocket.Bind(\"tcp://127.0.0.1:5555\");\nExcept\n\tIf Socket.LastErrorCode = \"EADDRINUSE\" Then\n\t\tSocket.Bind(\"tcp://127.0.0.1:*\");\n\tEndIf;\nEndTry;"),
        P::read_only("LastEndpoint", "ПоследняяКонечнаяТочка", ALL, |seen, read| read.answer(Reply::Text(&seen.last_endpoint())))
            .doc("Строка. Адрес, к которому сокет привязан или подключён последним, с настоящим портом или полным путём.", "String. The address last bound or connected, with the real port or full path.")
            .example("Сокет.Привязать(\"tcp://127.0.0.1:*\");\nСообщить(Сокет.ПоследняяКонечнаяТочка); // например tcp://127.0.0.1:49153",
                     "Socket.Bind(\"tcp://127.0.0.1:*\");\nMessage(Socket.LastEndpoint); // such as tcp://127.0.0.1:49153"),
        P::read_only("RecvMore", "ЕстьПродолжение", RECEIVERS, |seen, read| read.answer(Reply::Bool(seen.rest_follows())))
            .doc("Булево. Истина, если за частью, которую отдал `Получить`, следуют ещё части того же сообщения.", "Boolean. True when more parts of the same message follow the one that `Recv` gave.")
            .example("Часть = Сокет.Получить();\nПока Сокет.ЕстьПродолжение Цикл\n\tЧасть = Сокет.Получить();\nКонецЦикла;",
                     "Part = Socket.Recv();\nWhile Socket.RecvMore Do\n\tPart = Socket.Recv();\nEndDo;"),
        P::option("SendHighWaterMark", "ПределОтправки", SENDERS,
            option::int(IntOption::SendHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
            .doc("Сколько сообщений может ждать отправки каждому получателю. Когда предел достигнут, `Отправить` у `Push` и `Req` ждёт не дольше таймаута отправки. `Pub` и `Rep` не ждут: новые сообщения такому получателю пропадают, пока он не прочтёт прежние. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
                 "How many messages may wait to be sent to each peer. Once there are so many `Send` of a `Push` or `Req` waits, no longer than the send timeout. A `Pub` and a `Rep` do not wait: such a peer misses messages until it has read some. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
        P::option("RecvHighWaterMark", "ПределПолучения", RECEIVERS,
            option::int(IntOption::ReceiveHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
            .doc("Сколько сообщений от каждого отправителя может ждать вызова `Получить`. Когда предел достигнут, остальные ждут у отправителя; те, что шлёт `Pub`, пропадают, когда и у него достигнут предел. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
                 "How many messages of each peer may wait for `Recv`. Once there are so many, the others wait at the sender's; those of a `Pub` are lost once its own limit is reached too. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
    ];

    fn close(&mut self) {
        Self::close(self);
    }
}
