//! How long the calls that wait may do so.

use super::{M, RECEIVERS, SENDERS};
use crate::schema::{Milliseconds, required};

/// The time limits of sending and receiving.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("SetRecvTimeout", "УстановитьТаймаутПолучения", RECEIVERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.receive_timeout = ms; Ok(()) })
        .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
        .doc("Задаёт таймаут получения, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
             "Sets the receive timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
        .example("Сокет.УстановитьТаймаутПолучения(5000); // 5 с",
                 "Socket.SetRecvTimeout(5000); // 5 s"),
    M::procedure("SetSendTimeout", "УстановитьТаймаутОтправки", SENDERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.send_timeout = ms; Ok(()) })
        .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
        .doc("Задаёт таймаут отправки, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
             "Sets the send timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
        .example("Сокет.УстановитьТаймаутОтправки(5000); // 5 с",
                 "Socket.SetSendTimeout(5000); // 5 s"),
];
