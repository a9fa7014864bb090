//! The members of the poller.

use super::{Poller, events};
use crate::background::log;
use crate::native_api::Reply;
use crate::schema::{
    ClassSet, Error, Family, Identifier, Index, Method, Milliseconds, NoOptions, Parameter, Property, optional,
    required,
};
use crate::zmq::Events;

/// The family's one class.
pub const ONLY: ClassSet = ClassSet(1);

/// How long Wait waits where a script does not say, ms: as Recv does.
const TIMEOUT: i32 = 60_000;

const ID: Parameter = required::<Identifier>("Id", "Идентификатор");
const EVENTS: Parameter = optional::<Option<&[u16]>>("Events", "События", Reply::Text(events::DEFAULT));

type M = Method<Poller>;
type P = Property<Poller>;

impl NoOptions for Poller {}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[rustfmt::skip]
impl Family for Poller {
    const METHODS: &'static [&'static [M]] = &[&[
        M::procedure("Add", "Добавить", ONLY, |p, call| { let Identifier(id) = call.argument()?; p.add(id, call.argument()?) })
            .takes(&[ID, EVENTS])
            .doc("Добавляет сокет, по его свойству `Идентификатор`. События называют, чего ждать: `Получение` (`Receive`) — сообщения, которое можно получить; `Отправка` (`Send`) — возможности отправить, не дожидаясь получателя; `Получение, Отправка` — любого из двух. Если не указаны, `Получение`. Сокет можно добавить и до `Привязать`, и пока другой поток ждёт внутри его вызова; объект сокета опросник не удерживает.",
                 "Adds a socket, by its property `Id`. The events say what to wait for: `Receive`, a message that can be received; `Send`, that one can be sent without waiting for the peer; `Receive, Send`, either. `Receive` when left out. A socket may be added before `Bind`, and while another thread waits inside of its call; the poller does not keep its object alive.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nОпросник.Изменить(Сокет.Идентификатор, \"Получение, Отправка\");",
                     "Poller.Add(Socket.Id);\nPoller.Change(Socket.Id, \"Receive, Send\");"),
        M::procedure("Change", "Изменить", ONLY, |p, call| { let Identifier(id) = call.argument()?; p.change(id, call.argument()?) })
            .takes(&[ID, EVENTS])
            .doc("Задаёт другие события сокету, который уже добавлен.", "Asks for other events of a socket that was added.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nОпросник.Изменить(Сокет.Идентификатор, \"Отправка\");",
                     "Poller.Add(Socket.Id);\nPoller.Change(Socket.Id, \"Send\");"),
        M::function("Remove", "Удалить", ONLY, |p, call| { let Identifier(id) = call.argument()?; let was = p.remove(id)?; call.answer(Reply::Bool(was)) })
            .takes(&[ID])
            .doc("Убирает сокет из опросника; сам сокет не меняется.", "Takes a socket out of the poller; the socket itself does not change.")
            .gives("Булево: Ложь, если его там не было.", "Boolean: False when it was not there.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nОпросник.Удалить(Сокет.Идентификатор);",
                     "Poller.Add(Socket.Id);\nPoller.Remove(Socket.Id);"),
        M::procedure("Clear", "Очистить", ONLY, |p, _| p.clear())
            .doc("Убирает из опросника все сокеты.", "Takes all sockets out of the poller.")
            .example("Опросник.Очистить();", "Poller.Clear();"),
        M::function("Count", "Количество", ONLY, |p, call| { let number = p.count()?; call.answer(count(number)) })
            .doc("Сколько сокетов в опроснике. Закрытые сокеты он убирает сам, когда сообщит о них.", "How many sockets the poller has. Those that are closed it drops itself when it has told of them.")
            .gives("Число.", "Number.")
            .example("Сообщить(Опросник.Количество());", "Message(Poller.Count());"),
        M::function("Wait", "Ожидать", ONLY, |p, call| { let Milliseconds(timeout) = call.argument()?; let found = p.wait(timeout)?; call.answer(count(found)) })
            .takes(&[optional::<Milliseconds>("Timeout", "Таймаут", Reply::Int(TIMEOUT))])
            .doc("Ждёт, пока хотя бы один сокет не будет готов, но не дольше таймаута, мс: 0 — не ждать, -1 — ждать без ограничения, если не указан — 60000. Готовые перечисляет `ИдентификаторГотового`; кто в прошлый раз был первым, тот в этот раз после остальных. Сокет, который закрыли или чей объект уничтожен, тоже считается, один раз, и в опроснике его больше нет. Сокет, внутри вызова которого ждёт другой поток, готов не раньше, чем тот вызов закончится.",
                 "Waits until one socket or more is ready, no longer than the timeout, ms: 0 does not wait, -1 waits without end, 60000 when left out. `ReadyId` lists those that are; who was first last time comes after the others. A socket that was closed, or whose object is gone, counts too, once, and the poller has it no longer. A socket in whose call another thread waits is not ready before that call ends.")
            .gives("Число готовых сокетов; 0, если таймаут вышел.", "The number of sockets that are ready; 0 when the timeout passed.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nЕсли Опросник.Ожидать(1000) > 0 Тогда\n\tДанные = Сокет.Получить();\nКонецЕсли;",
                     "Poller.Add(Socket.Id);\nIf Poller.Wait(1000) > 0 Then\n\tData = Socket.Recv();\nEndIf;"),
        M::function("ReadyId", "ИдентификаторГотового", ONLY, |p, call| { let Index(number) = call.argument()?; let id = p.found(number)?; call.answer(Reply::from(id)) })
            .takes(&[required::<Index>("Number", "Номер")])
            .doc("Один из сокетов, которые нашёл последний вызов `Ожидать`; номера с 0.", "One of the sockets that the last call of `Wait` found; numbers begin with 0.")
            .gives("Число: идентификатор сокета.", "Number: the socket's id.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nДля Номер = 0 По Опросник.Ожидать(1000) - 1 Цикл\n\tСообщить(Опросник.ИдентификаторГотового(Номер));\nКонецЦикла;",
                     "Poller.Add(Socket.Id);\nFor Number = 0 To Poller.Wait(1000) - 1 Do\n\tMessage(Poller.ReadyId(Number));\nEndDo;"),
        M::function("CanRecv", "МожноПолучить", ONLY, |p, call| { let Identifier(id) = call.argument()?; let ready = p.is_ready(id, Events::RECEIVABLE)?; call.answer(Reply::Bool(ready)) })
            .takes(&[ID])
            .doc("Нашёл ли последний вызов `Ожидать`, что у сокета можно получить сообщение не ожидая.", "Whether the last call of `Wait` found that a message of the socket can be received without waiting.")
            .gives("Булево; Ложь и для сокета, который закрыт.", "Boolean; False for a socket that is closed, too.")
            .example("Опросник.Добавить(Сокет.Идентификатор);\nОпросник.Ожидать(1000);\nЕсли Опросник.МожноПолучить(Сокет.Идентификатор) Тогда\n\tДанные = Сокет.Получить();\nКонецЕсли;",
                     "Poller.Add(Socket.Id);\nPoller.Wait(1000);\nIf Poller.CanRecv(Socket.Id) Then\n\tData = Socket.Recv();\nEndIf;"),
        M::function("CanSend", "МожноОтправить", ONLY, |p, call| { let Identifier(id) = call.argument()?; let ready = p.is_ready(id, Events::SENDABLE)?; call.answer(Reply::Bool(ready)) })
            .takes(&[ID])
            .doc("Нашёл ли последний вызов `Ожидать`, что через сокет можно отправить сообщение не ожидая.", "Whether the last call of `Wait` found that a message can be sent by the socket without waiting.")
            .gives("Булево; Ложь и для сокета, который закрыт, и если события `Отправка` не ждали.", "Boolean; False for a socket that is closed, too, and where `Send` was not waited for.")
            .example("Опросник.Добавить(Сокет.Идентификатор, \"Получение, Отправка\");\nОпросник.Ожидать(1000);\nЕсли Опросник.МожноОтправить(Сокет.Идентификатор) Тогда\n\tСообщить(\"Получатель на месте\");\nКонецЕсли;",
                     "Poller.Add(Socket.Id, \"Receive, Send\");\nPoller.Wait(1000);\nIf Poller.CanSend(Socket.Id) Then\n\tMessage(\"The peer is there\");\nEndIf;"),
        M::function("IsOpen", "Открыт", ONLY, |p, call| { let Identifier(id) = call.argument()?; let is = p.is_open(id)?; call.answer(Reply::Bool(is)) })
            .takes(&[ID])
            .doc("Привязан ли сокет или подключён хотя бы раз, и не закрыт ли; как сейчас, в опроснике он или нет. Пока не открыт, готов он не бывает.", "Whether the socket was bound or connected, once at least, and is not closed; as of now, in the poller or not. Until it is open it is never ready.")
            .gives("Булево.", "Boolean.")
            .example("Если Не Опросник.Открыт(Сокет.Идентификатор) Тогда\n\tСообщить(\"Забыли Привязать или Подключить?\");\nКонецЕсли;",
                     "If Not Poller.IsOpen(Socket.Id) Then\n\tMessage(\"Was Bind or Connect forgotten?\");\nEndIf;"),
        M::function("IsClosed", "Закрыт", ONLY, |p, call| { let Identifier(id) = call.argument()?; let is = p.is_closed(id)?; call.answer(Reply::Bool(is)) })
            .takes(&[ID])
            .doc("Закрыт ли сокет, или его объект уничтожен; как сейчас, в опроснике он или нет.", "Whether the socket is closed, or its object is gone; as of now, in the poller or not.")
            .gives("Булево.", "Boolean.")
            .example("Если Опросник.Закрыт(Сокет.Идентификатор) Тогда\n\tСообщить(\"Сокет закрыли\");\nКонецЕсли;",
                     "If Poller.IsClosed(Socket.Id) Then\n\tMessage(\"The socket was closed\");\nEndIf;"),
        M::procedure("Close", "Закрыть", ONLY, |p, _| { p.close(); Ok(()) })
            .ends_waits()
            .doc("Закрывает опросник; сокеты остаются как были. Ожидание на другом потоке прерывается.", "Closes the poller; the sockets are as they were. A wait on another thread is broken off.")
            .example("Опросник.Закрыть();", "Poller.Close();"),
    ]];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::read_only("LastError", "ПоследняяОшибка", ONLY, |_, read| read.answer(Reply::Text(read.last_error)))
            .doc("Строка. Текст последней ошибки; пустая строка после удачного вызова.", "String. The last error; empty after a call that succeeded.")
            .example("Сообщить(Опросник.ПоследняяОшибка);", "Message(Poller.LastError);"),
        P::read_only("LastErrorCode", "КодПоследнейОшибки", ONLY, |_, read| read.answer(Reply::Text(read.last_error_code)))
            .doc("Строка. Условное имя последней ошибки, например `ENOENT`.", "String. The symbolic name of the last error, such as `ENOENT`.")
            .example("Сообщить(Опросник.КодПоследнейОшибки);", "Message(Poller.LastErrorCode);"),
    ]];

    fn close(&mut self) {
        Self::close(self);
    }

    fn failed(&self, member: &'static str, error: &Error) {
        log::note_failed("Poller", None, member, error.code);
    }
}
