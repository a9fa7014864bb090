//! What is read of a socket without waiting for its calls.

use super::{P, RECEIVERS};
use crate::native_api::Reply;
use crate::objects::classes::ALL;
use crate::objects::statistics;

/// The last error, the last endpoint, the number, what follows.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
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
    P::read_only("Id", "Идентификатор", ALL, |seen, read| read.answer(Reply::from(seen.id)))
        .doc("Число. Номер сокета, единственный в процессе; есть и до `Привязать`, и пока другой поток ждёт внутри вызова. По нему сокет добавляют в опросник `ZeroMQ.Poller`.", "Number. The socket's number, of its own in the process; it is there before `Bind`, and while another thread waits inside of a call. A `ZeroMQ.Poller` takes sockets by it.")
        .example("Сообщить(Сокет.Идентификатор);",
                 "Message(Socket.Id);"),
    P::read_only("Statistics", "Статистика", ALL, |seen, read| read.answer(Reply::Text(&statistics::of(seen))))
        .doc("Строка. JSON: что прошло через сокет с тех пор, как создан его объект. `id`, `class`; `state` — `unopened`, `open` или `closed`; `busy` — выполняется ли сейчас вызов; `bound` и `connected` — адреса; `sentMessages`, `sentBytes` — отдано libzmq, `receivedMessages`, `receivedBytes` — отдано скрипту. Составное сообщение — одно. Читается и пока другой поток ждёт внутри вызова, и после `Закрыть`.",
             "String. JSON: what went through the socket since its object was made. `id`, `class`; `state` is `unopened`, `open` or `closed`; `busy` tells whether a call runs now; `bound` and `connected` are addresses; `sentMessages`, `sentBytes` were given to libzmq, `receivedMessages`, `receivedBytes` to the script. A multipart message is one. It is read while another thread waits inside of a call, and after `Close`.")
        .example("Сообщить(Сокет.Статистика);",
                 "Message(Socket.Statistics);"),
    P::read_only("RecvMore", "ЕстьПродолжение", RECEIVERS, |seen, read| read.answer(Reply::Bool(seen.rest_follows())))
        .doc("Булево. Истина, если за частью, которую отдал `Получить`, следуют ещё части того же сообщения.", "Boolean. True when more parts of the same message follow the one that `Recv` gave.")
        .example("Часть = Сокет.Получить();\nПока Сокет.ЕстьПродолжение Цикл\n\tЧасть = Сокет.Получить();\nКонецЦикла;",
                 "Part = Socket.Recv();\nWhile Socket.RecvMore Do\n\tPart = Socket.Recv();\nEndDo;"),
];
