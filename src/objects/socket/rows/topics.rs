//! What a subscriber hears.

use super::M;
use crate::objects::classes::{Abilities, who};
use crate::schema::{ClassSet, required};

const SUBSCRIBING: ClassSet = who(Abilities::SUBSCRIBES);

/// Subscriptions.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
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
];
