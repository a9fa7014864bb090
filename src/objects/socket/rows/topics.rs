//! What a subscriber hears.

use super::M;
use crate::objects::classes::{Abilities, who};
use crate::schema::{ClassSet, TextOrBlob, required};

const SUBSCRIBING: ClassSet = who(Abilities::SUBSCRIBES);

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
];
