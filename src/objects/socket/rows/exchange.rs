//! Messages that are sent and received.

use super::{M, RECEIVERS, SENDERS};
use crate::native_api::Reply;
use crate::objects::socket::inbox::data;
use crate::schema::{Index, Timeout, required};

/// What sends and what receives, by parts and whole.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::function("Send", "Отправить", SENDERS, |s, call| { let sent = s.send(call.argument()?, call.argument()?)?; call.answer(Reply::Bool(sent)) })
        .takes(&[required::<&[u8]>("Data", "Данные"), Timeout::PARAMETER])
        .doc("Отправляет сообщение; вместе с ним части, накопленные методом `ОтправитьЧасть`. Ждёт не дольше таймаута отправки. У `Router` и `Stream` накопленные части остаются и после ошибки: отбросить их — `ОтброситьЧасти`.",
             "Sends a message, with the parts collected by `SendPart` before it. Waits no longer than the send timeout. With `Router` and `Stream` the collected parts remain after an error too: `DropParts` drops them.")
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
    M::function("Recv", "Получить", RECEIVERS, |s, call| s.receive(call.argument()?, call, data))
        .takes(&[Timeout::PARAMETER])
        .doc("Получает сообщение, из составного — очередную часть. Ждёт не дольше таймаута получения.",
             "Receives a message; of a multipart one, the next part. Waits no longer than the receive timeout.")
        .gives("ДвоичныеДанные; Неопределено, если таймаут вышел.", "BinaryData; Undefined when the timeout passed.")
        .example("Данные = Сокет.Получить();\nЕсли Данные <> Неопределено Тогда\n\tСообщить(ПолучитьСтрокуИзДвоичныхДанных(Данные));\nКонецЕсли;",
                 "Data = Socket.Recv();\nIf Data <> Undefined Then\n\tMessage(GetStringFromBinaryData(Data));\nEndIf;"),
    M::function("RecvMultipart", "ПолучитьСоставное", RECEIVERS, |s, call| s.receive_multipart(call.argument()?, call))
        .takes(&[Timeout::PARAMETER])
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
];
