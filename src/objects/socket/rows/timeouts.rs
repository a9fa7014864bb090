//! How long the calls that wait may do so.

use super::{M, P, RECEIVERS, SENDERS};
use crate::objects::socket::defaults::TIMEOUT;
use crate::objects::socket::options::Key;
use crate::schema::{Milliseconds, Unit, option, required};
use crate::zmq::IntOption;
use std::ops::RangeInclusive;

const TIME: RangeInclusive<i32> = 0..=i32::MAX;

/// The same, as properties.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
    P::option("RecvTimeout", "ТаймаутПолучения", RECEIVERS,
        option::int(Key::Int(IntOption::ReceiveTimeout), TIME).unit(Unit::Milliseconds).special(-1, "ждать без ограничения", "wait without end").sample(5000).default(TIMEOUT as i64))
        .doc("Сколько ждут вызовы, которые получают и у которых свой таймаут не указан; 0 — не ждут. То же задаёт `УстановитьТаймаутПолучения`.",
             "How long calls wait that receive and are given no timeout of their own; with 0 they do not wait. `SetRecvTimeout` sets the same."),
    P::option("SendTimeout", "ТаймаутОтправки", SENDERS,
        option::int(Key::Int(IntOption::SendTimeout), TIME).unit(Unit::Milliseconds).special(-1, "ждать без ограничения", "wait without end").sample(5000).default(TIMEOUT as i64))
        .doc("Сколько ждут вызовы, которые отправляют и у которых свой таймаут не указан; 0 — не ждут. То же задаёт `УстановитьТаймаутОтправки`.",
             "How long calls wait that send and are given no timeout of their own; with 0 they do not wait. `SetSendTimeout` sets the same."),
];

/// The time limits of sending and receiving.
#[rustfmt::skip]
pub(super) const METHODS: &[M] = &[
    M::procedure("SetRecvTimeout", "УстановитьТаймаутПолучения", RECEIVERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.keep_timeout(IntOption::ReceiveTimeout, ms); Ok(()) })
        .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
        .doc("Задаёт таймаут получения, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
             "Sets the receive timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
        .example("Сокет.УстановитьТаймаутПолучения(5000); // 5 с",
                 "Socket.SetRecvTimeout(5000); // 5 s"),
    M::procedure("SetSendTimeout", "УстановитьТаймаутОтправки", SENDERS, |s, call| { let Milliseconds(ms) = call.argument()?; s.keep_timeout(IntOption::SendTimeout, ms); Ok(()) })
        .takes(&[required::<Milliseconds>("Timeout", "Таймаут")])
        .doc("Задаёт таймаут отправки, мс: 0 — не ждать, -1 — ждать без ограничения. Пока не задан, 60000.",
             "Sets the send timeout, ms: 0 does not wait, -1 waits without end. 60000 until set.")
        .example("Сокет.УстановитьТаймаутОтправки(5000); // 5 с",
                 "Socket.SetSendTimeout(5000); // 5 s"),
];
