//! The options of the sockets, one row each: see `schema::option`.

use super::{P, RECEIVERS, SENDERS};
use crate::schema::{Matters, Unit, option};
use crate::zmq::IntOption;
use std::ops::RangeInclusive;

/// Two marks are added where a name of `inproc` is between: the sum must be an int.
const WATER: RangeInclusive<i32> = 0..=1_000_000_000;

/// Every option, in the order of the reference.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
    P::option("SendHighWaterMark", "ПределОтправки", SENDERS,
        option::int(IntOption::SendHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
        .doc("Сколько сообщений может ждать отправки каждому получателю. Когда предел достигнут, `Отправить` у `Push` и `Req` ждёт не дольше таймаута отправки. `Pub` и `Rep` не ждут: новые сообщения такому получателю пропадают, пока он не прочтёт прежние. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
             "How many messages may wait to be sent to each peer. Once there are so many `Send` of a `Push` or `Req` waits, no longer than the send timeout. A `Pub` and a `Rep` do not wait: such a peer misses messages until it has read some. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
    P::option("RecvHighWaterMark", "ПределПолучения", RECEIVERS,
        option::int(IntOption::ReceiveHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
        .doc("Сколько сообщений от каждого отправителя может ждать вызова `Получить`. Когда предел достигнут, остальные ждут у отправителя; те, что шлёт `Pub`, пропадают, когда и у него достигнут предел. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
             "How many messages of each peer may wait for `Recv`. Once there are so many, the others wait at the sender's; those of a `Pub` are lost once its own limit is reached too. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
];
