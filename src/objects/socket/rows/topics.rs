//! What a subscriber hears.

use super::M;
use crate::objects::classes::{Abilities, named, who};
use crate::schema::{ClassSet, TextOrBlob, required};
use crate::zmq::BytesOption;

const SUBSCRIBING: ClassSet = who(Abilities::SUBSCRIBES);
const DECIDING: ClassSet = named(&["XPub"]);

/// Subscriptions.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("Subscribe", "Подписаться", SUBSCRIBING, |s, call| s.subscribe(call.argument()?))
        .takes(&[required::<TextOrBlob<'static>>("Topic", "Тема")])
        .doc("Подписывается на сообщения, которые начинаются с этих байт или с этой строки в UTF-8; пустые данные и пустая строка — на все сообщения. Тема — не длиннее 64 КиБ, все вместе — до 16 МиБ.",
             "Subscribes to messages that begin with these bytes, or with this text in UTF-8; to all messages with an empty one. A topic has up to 64 KiB, all of them up to 16 MiB.")
        .example("Сокет.Подписаться(\"курсы\");",
                 "Socket.Subscribe(\"rates\");"),
    M::procedure("Unsubscribe", "Отписаться", SUBSCRIBING, |s, call| s.unsubscribe(call.argument()?))
        .takes(&[required::<TextOrBlob<'static>>("Topic", "Тема")])
        .doc("Отменяет подписку на ту же тему, данными или строкой.", "Undoes a subscription to the same topic, given as data or as a text.")
        .example("Сокет.Подписаться(\"курсы\");\nСокет.Отписаться(\"курсы\");",
                 "Socket.Subscribe(\"rates\");\nSocket.Unsubscribe(\"rates\");"),
    M::procedure("SubscribePeer", "ПодписатьСобеседника", DECIDING, |s, call| s.decide(BytesOption::Subscribe, call.argument()?))
        .takes(&[required::<TextOrBlob<'static>>("Topic", "Тема")])
        .doc("С настройкой `РучныеПодписки`: подписывает того, чью подписку `XPub` получил последней, — на тему, которую он просил, или на другую. Если он ушёл или подписок ещё не получено, — ошибка `EHOSTUNREACH`.",
             "With the option `XPubManual`: subscribes the one whose subscription the `XPub` received last, to the topic that it asked for or to another. When that one has gone, or no subscription was received, it is the error `EHOSTUNREACH`.")
        .example("Сокет.РучныеПодписки = Истина;\nСокет.Привязать(\"tcp://127.0.0.1:5555\");\nСокет.УстановитьТаймаутПолучения(100);\nЕсли Сокет.Получить() <> Неопределено Тогда // байт 1 и тема\n\tСокет.ПодписатьСобеседника(\"курсы\");\nКонецЕсли;",
                 "Socket.XPubManual = True;\nSocket.Bind(\"tcp://127.0.0.1:5555\");\nSocket.SetRecvTimeout(100);\nIf Socket.Recv() <> Undefined Then // a byte 1 and the topic\n\tSocket.SubscribePeer(\"rates\");\nEndIf;"),
    M::procedure("UnsubscribePeer", "ОтписатьСобеседника", DECIDING, |s, call| s.decide(BytesOption::Unsubscribe, call.argument()?))
        .takes(&[required::<TextOrBlob<'static>>("Topic", "Тема")])
        .doc("С настройкой `РучныеПодписки`: отменяет подписку, сделанную за того, чьё сообщение о подписке `XPub` получил последним.",
             "With the option `XPubManual`: ends a subscription that was made for the one whose word of a subscription the `XPub` received last.")
        .example("Сокет.РучныеПодписки = Истина;\nСокет.Привязать(\"tcp://127.0.0.1:5555\");\nСокет.УстановитьТаймаутПолучения(100);\nЕсли Сокет.Получить() <> Неопределено Тогда // байт 0 и тема\n\tСокет.ОтписатьСобеседника(\"курсы\");\nКонецЕсли;",
                 "Socket.XPubManual = True;\nSocket.Bind(\"tcp://127.0.0.1:5555\");\nSocket.SetRecvTimeout(100);\nIf Socket.Recv() <> Undefined Then // a byte 0 and the topic\n\tSocket.UnsubscribePeer(\"rates\");\nEndIf;"),
];
