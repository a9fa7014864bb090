//! Messages for a certain peer.

use super::M;
use crate::native_api::Reply;
use crate::objects::classes::{Abilities, who};
use crate::schema::{Timeout, required};

/// What sends to one peer of many.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::function("SendTo", "ОтправитьКому", who(Abilities::ADDRESSES), |s, call| { let sent = s.send_to(call.argument()?, call.argument()?, call.argument()?)?; call.answer(Reply::Bool(sent)) })
        .takes(&[required::<&[u8]>("Identity", "Получатель"), required::<&[u8]>("Data", "Данные"), Timeout::PARAMETER])
        .doc("Отправляет сообщение тому, чей идентификатор передан: это первая часть полученного от него. Перед данными уйдут части, накопленные методом `ОтправитьЧасть`. Если получателя нет, — ошибка `EHOSTUNREACH`; накопленные части остаются и после неё. Ждёт не дольше таймаута отправки, если очередь к этому получателю полна. У `Stream` все части уходят подряд, как одни данные; пустые данные закрывают соединение, когда отправленное раньше уйдёт.",
             "Sends a message to the peer of this identity: the first part of what was received from it. The parts collected by `SendPart` go before the data. When the peer is not there, it is the error `EHOSTUNREACH`; the collected parts remain after that too. Waits no longer than the send timeout while the queue to this peer is full. With `Stream` all parts go as one piece of data; empty data closes the connection once what was sent before has left.")
        .gives("Булево. Ложь, если за время таймаута отправить не удалось: не отправлено ничего, накопленные части остались.",
               "Boolean. False when the timeout passed: nothing was sent, the collected parts remain.")
        .example("Если Сокет.ПолучитьСоставное() <> Неопределено Тогда\n\tКлиент = Сокет.ПолучитьЧасть(0);\n\tСокет.ОтправитьКому(Клиент, ПолучитьДвоичныеДанныеИзСтроки(\"Принято\"));\nКонецЕсли;",
                 "If Socket.RecvMultipart() <> Undefined Then\n\tClient = Socket.GetPart(0);\n\tSocket.SendTo(Client, GetBinaryDataFromString(\"Accepted\"));\nEndIf;"),
];
