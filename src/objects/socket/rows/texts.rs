//! Messages that are texts.

use super::{M, RECEIVERS, SENDERS};
use crate::native_api::Reply;
use crate::objects::socket::inbox::text;
use crate::schema::{Index, Timeout, required};

/// What sends and receives texts: UTF-8 on the wire.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::function("SendText", "ОтправитьСтроку", SENDERS, |s, call| { let sent = s.send_text(call.argument()?, call.argument()?)?; call.answer(Reply::Bool(sent)) })
        .takes(&[required::<&[u16]>("Text", "Текст"), Timeout::PARAMETER])
        .doc("`Отправить` для строки: она уходит в UTF-8. Строку с символом кода 0 или половиной суррогатной пары отправить нельзя.",
             "`Send` of a text, which goes in UTF-8. A text with a character 0 or with half of a surrogate pair cannot be sent.")
        .gives("Булево, как `Отправить`.", "Boolean, as `Send`.")
        .example("Сокет.ОтправитьСтроку(\"Привет\");",
                 "Socket.SendText(\"Hello\");"),
    M::procedure("SendPartText", "ОтправитьЧастьИзСтроки", SENDERS, |s, call| s.send_part_text(call.argument()?))
        .takes(&[required::<&[u16]>("Text", "Текст")])
        .doc("`ОтправитьЧасть` для строки.",
             "`SendPart` of a text.")
        .example("Сокет.ОтправитьЧастьИзСтроки(\"заголовок\");\nСокет.ОтправитьСтроку(\"тело\");",
                 "Socket.SendPartText(\"header\");\nSocket.SendText(\"body\");"),
    M::function("RecvText", "ПолучитьСтроку", RECEIVERS, |s, call| s.receive(call.argument()?, call, text))
        .takes(&[Timeout::PARAMETER])
        .doc("`Получить` для строки в UTF-8. Если пришли двоичные данные — не UTF-8 или с байтом 0, — это ошибка `EILSEQ`, а сообщение остаётся: его отдаст `Получить`.",
             "`Recv` of a text in UTF-8. What is binary data, no UTF-8 or with a byte 0, is an error `EILSEQ`, and the message stays: `Recv` gives it.")
        .gives("Строка; Неопределено, если таймаут вышел.", "String; Undefined when the timeout passed.")
        .example("Текст = Сокет.ПолучитьСтроку();\nЕсли Текст <> Неопределено Тогда\n\tСообщить(Текст);\nКонецЕсли;",
                 "Text = Socket.RecvText();\nIf Text <> Undefined Then\n\tMessage(Text);\nEndIf;"),
    M::function("GetPartText", "ПолучитьЧастьКакСтроку", RECEIVERS, |s, call| { let Index(number) = call.argument()?; call.answer(Reply::Text(s.part_text(number)?)) })
        .takes(&[required::<Index>("PartNumber", "НомерЧасти")])
        .doc("`ПолучитьЧасть` для строки в UTF-8; двоичные данные — ошибка `EILSEQ`.",
             "`GetPart` of a text in UTF-8; binary data is an error `EILSEQ`.")
        .gives("Строка.", "String.")
        .example("ЧислоЧастей = Сокет.ПолучитьСоставное();\nЕсли ЧислоЧастей <> Неопределено Тогда\n\tСообщить(Сокет.ПолучитьЧастьКакСтроку(ЧислоЧастей - 1));\nКонецЕсли;",
                 "PartCount = Socket.RecvMultipart();\nIf PartCount <> Undefined Then\n\tMessage(Socket.GetPartText(PartCount - 1));\nEndIf;"),
];
