//! Many messages in one call.

use super::{IN_TURNS, M, RECEIVERS, SENDERS};
use crate::native_api::Reply;
use crate::objects::classes::{Abilities, who};
use crate::objects::socket::batch::MOST;
use crate::schema::{Timeout, Whole, optional, required};

type Most = Whole<1, MOST>;

/// Messages as JSON.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::function("RecvBatch", "ПолучитьПакет", RECEIVERS.without(IN_TURNS), |s, call| { let (Whole(most), timeout, all_binary) = (call.argument::<Most>()?, call.argument()?, call.argument()?); s.receive_batch(most, timeout, all_binary, call) })
        .takes(&[required::<Most>("MaxMessages", "МаксимумСообщений"), Timeout::PARAMETER, optional::<bool>("AllBase64", "ВсёВBase64", Reply::Bool(false))])
        .doc("Получает до `МаксимумСообщений` (1…100000) сообщений массивом JSON: ждёт первого и берёт с ним всё, что уже пришло, пока JSON не длиннее 16 МиБ (первое — любого размера). Текст в UTF-8 без байта 0 — строка, прочее — объект `{\"base64\": \"…\"}`, составное сообщение — массив таких частей. Двоичные данные, которые случайно оказались текстом, — тоже строка; `ВсёВBase64` = Истина — каждая часть объектом. Если сообщение начал отдавать `Получить`, первым стоят его остальные части.",
             "Receives up to `MaxMessages` (1…100000) messages as an array of JSON: waits for the first and takes with it what has come, as long as the JSON has no more than 16 MiB (the first may have any size). A text in UTF-8 without a byte 0 is a string, other data an object `{\"base64\": \"…\"}`, a multipart message an array of such parts. Binary data that happens to be a text is a string too; with `AllBase64` = True each part is an object. What is left of a message that `Recv` began comes first.")
        .gives("Строка JSON; Неопределено, если таймаут вышел.", "String of JSON; Undefined when the timeout passed.")
        .example("Пакет = Сокет.ПолучитьПакет(1000);\nЕсли Пакет <> Неопределено Тогда\n\tСообщить(Пакет); // например [\"первое\",\"второе\",{\"base64\":\"/w==\"}]\nКонецЕсли;",
                 "Batch = Socket.RecvBatch(1000);\nIf Batch <> Undefined Then\n\tMessage(Batch); // such as [\"first\",\"second\",{\"base64\":\"/w==\"}]\nEndIf;"),
    M::function("SendBatch", "ОтправитьПакет", SENDERS.without(IN_TURNS).without(who(Abilities::STREAMS)), |s, call| { let sent = s.send_batch(call.argument()?, call.argument()?)?; call.answer(sent) })
        .takes(&[required::<&[u16]>("JSON", "ТекстJSON"), Timeout::PARAMETER])
        .doc("Отправляет сообщения, записанные массивом JSON, как их отдаёт `ПолучитьПакет`; в Base64 допустимы переводы строк. До 16 МиБ и 100000 сообщений, считая их части. Неверный JSON — ошибка с позицией, не отправлено ничего. Таймаут — на весь пакет. Части, накопленные методом `ОтправитьЧасть`, не трогает.",
             "Sends messages that stand in an array of JSON as `RecvBatch` gives it; Base64 may be broken into lines. Up to 16 MiB and 100000 messages, their parts counted. Wrong JSON is an error with its position, and nothing is sent. The timeout is that of the whole batch. Parts collected by `SendPart` are left alone.")
        .gives("Число отправленных сообщений, с начала массива; меньше, чем их в массиве, если вышел таймаут или следующее сообщение отправить нельзя: ошибку скажет вызов с остальными.", "Number of messages sent, from the array's beginning; less than the array has when the timeout passed, or the next message cannot be sent: the call with the rest tells the error.")
        .example("Отправлено = Сокет.ОтправитьПакет(\"[\"\"первое\"\",\"\"второе\"\"]\");\nЕсли Отправлено < 2 Тогда\n\tСообщить(\"За время таймаута ушло не всё\");\nКонецЕсли;",
                 "Sent = Socket.SendBatch(\"[\"\"first\"\",\"\"second\"\"]\");\nIf Sent < 2 Then\n\tMessage(\"Not all was sent before the timeout\");\nEndIf;"),
];
