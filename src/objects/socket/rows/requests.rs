//! A request and its reply in one call.

use super::M;
use crate::native_api::Reply;
use crate::objects::classes::{Abilities, who};
use crate::objects::socket::inbox::{data, text};
use crate::schema::{ClassSet, Parameter, Timeout, Whole, optional, required};

const REQUESTING: ClassSet = who(Abilities::REQUESTS);

/// More would be a loop that somebody forgot.
type Retries = Whole<0, 1000>;

const RETRIES: Parameter = optional::<Retries>("Retries", "Повторы", Reply::Int(0));

/// Requests that are sent anew until a reply comes.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::function("Request", "Запросить", REQUESTING, |s, call| { let (sent, timeout, Whole(retries)) = (call.argument()?, call.argument()?, call.argument::<Retries>()?); s.request(sent, timeout, retries, call, data) })
        .takes(&[required::<&[u8]>("Data", "Данные"), Timeout::PARAMETER, RETRIES])
        .doc("Отправляет запрос, вместе с ним накопленные части, и ждёт ответа: всё это — не дольше таймаута, без параметра — таймаута получения. Не дождавшись, отправляет запрос заново, до `Повторы` раз (0…1000, не указаны — 0; при таймауте 0 повторов нет): запрос может быть выполнен не один раз. Повторы — ошибка, если выключена настройка `ПовторЗапроса` или `СверкаОтвета`. Поздний ответ на прежнюю попытку за ответ не сойдёт. Остальные части составного ответа отдаёт `Получить`.",
             "Sends a request, with the collected parts, and waits for the reply: all of it no longer than the timeout, without the parameter the receive timeout. When no reply came the request is sent anew, up to `Retries` times (0…1000, left out 0; none with a timeout of 0): it may be carried out more than once. Retries are an error where the option `ReqRelaxed` or `ReqCorrelate` is off. A late reply to an earlier attempt is not taken for the reply. `Recv` gives the other parts of a multipart reply.")
        .gives("ДвоичныеДанные, первая часть ответа; Неопределено, если ответа нет: накопленные части остались.", "BinaryData, the first part of the reply; Undefined when there is none: the collected parts remain.")
        .example("Ответ = Сокет.Запросить(ПолучитьДвоичныеДанныеИзСтроки(\"Привет\"), 1000, 2); // три попытки по секунде\nЕсли Ответ = Неопределено Тогда\n\tСообщить(\"Сервер не отвечает\");\nКонецЕсли;",
                 "Reply = Socket.Request(GetBinaryDataFromString(\"Hello\"), 1000, 2); // three attempts, a second each\nIf Reply = Undefined Then\n\tMessage(\"The server does not answer\");\nEndIf;"),
    M::function("RequestText", "ЗапроситьСтроку", REQUESTING, |s, call| { let (sent, timeout, Whole(retries)) = (call.argument()?, call.argument()?, call.argument::<Retries>()?); s.request_text(sent, timeout, retries, call, text) })
        .takes(&[required::<&[u16]>("Text", "Текст"), Timeout::PARAMETER, RETRIES])
        .doc("`Запросить` для строк в UTF-8. Ответ двоичными данными — ошибка `EILSEQ`, а сам он остаётся: его отдаст `Получить`.",
             "`Request` of texts in UTF-8. A reply of binary data is an error `EILSEQ`, and the reply stays: `Recv` gives it.")
        .gives("Строка; Неопределено, если ответа нет.", "String; Undefined when there is no reply.")
        .example("Сообщить(Сокет.ЗапроситьСтроку(\"Привет\", 1000));",
                 "Message(Socket.RequestText(\"Hello\", 1000));"),
];
