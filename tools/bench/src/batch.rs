//! What batches spare: a thousand small messages by a call each and by batches, when each call costs the interpreter that
//! makes it.

use crate::glue::Texts;
use crate::pairs::{Bench, PUSH_PULL, Side};
use crate::timing::transport as name_of;
use crate::words::{Language, quartiles, table};
use host::Transport;
use std::thread;
use std::time::{Duration, Instant};

/// Messages, as many as wait between two sockets without further ado.
const MESSAGES: u64 = 1000;

/// What a call costs the interpreter, ns.
const CALL: u64 = 2_000;

/// Runs, of which the one counts that is faster than three quarters: others use the machine too.
const RUNS: usize = 31;

/// What is promised: times fewer calls, times the rate.
const FEWER: f64 = 20.0;
const FASTER: f64 = 3.0;

/// One direction over one transport: calls, and ns for all messages, by a call each and by batches.
pub struct Compared {
    transport: Transport,
    sends: bool,
    calls: [u64; 2],
    times: [f64; 2],
}

impl Compared {
    #[expect(clippy::cast_precision_loss)]
    fn fewer(&self) -> f64 {
        self.calls[0] as f64 / self.calls[1] as f64
    }

    fn faster(&self) -> f64 {
        self.times[0] / self.times[1]
    }
}

/// Sends and receives in both ways, in turn.
pub fn measure(bench: &Bench) -> Vec<Compared> {
    let one: Vec<u16> = "сообщение № 123".encode_utf16().collect();
    let all = vec!["\"сообщение № 123\""; usize::try_from(MESSAGES).expect("few")].join(",");
    let all: Vec<u16> = format!("[{all}]").encode_utf16().collect();
    let texts =
        [Texts { text: &one, times: MESSAGES, pause: CALL }, Texts { text: &all, times: MESSAGES, pause: CALL }];
    let over = |transport: Transport| {
        let pair = bench.pair(Side::Component, &PUSH_PULL, transport, true);
        let (from, to) = pair.ends();
        let (mut calls, mut times) = ([[0; 2]; 2], [[const { Vec::new() }; 2], [const { Vec::new() }; 2]]);
        for run in 0..=RUNS {
            for way in 0..2 {
                let (texts, batched) = (texts[way], way == 1);
                let start = Instant::now();
                calls[0][way] = calls[0][way].max(if batched { texts.send_batch(from) } else { texts.send_each(from) });
                let middle = Instant::now();
                // All of it is there when the receiver begins: what is measured is calls, not the wire.
                thread::sleep(Duration::from_millis(20));
                let again = Instant::now();
                calls[1][way] =
                    calls[1][way].max(if batched { texts.receive_batch(to) } else { texts.receive_each(to) });
                // The first run warms up.
                if run > 0 {
                    times[0][way].push(nanoseconds(middle - start));
                    times[1][way].push(nanoseconds(again.elapsed()));
                }
            }
        }
        [true, false].map(|sends| {
            let index = usize::from(!sends);
            Compared {
                transport,
                sends,
                calls: calls[index],
                times: [0, 1].map(|way| quartiles(&times[index][way])[0]),
            }
        })
    };
    Transport::ALL.into_iter().flat_map(over).collect()
}

#[expect(clippy::cast_precision_loss)]
fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}

/// The table of the page.
pub fn in_words(all: &[Compared], language: Language) -> String {
    let head = language.of(
        ["1000 сообщений", "транспорт", "вызовов", "пакетами", "время", "пакетами", "быстрее, раз"],
        ["1000 messages", "transport", "calls", "in batches", "time", "in batches", "times the rate"],
    );
    let rows = all.iter().map(|compared| {
        vec![
            if compared.sends {
                language.of("отправить", "send")
            } else {
                language.of("получить", "receive")
            }
            .into(),
            name_of(compared.transport).into(),
            compared.calls[0].to_string(),
            compared.calls[1].to_string(),
            language.time(compared.times[0]),
            language.time(compared.times[1]),
            format!("**{}**", language.number(compared.faster(), 1)),
        ]
    });
    table(&head, rows)
}

/// Whether batches spare what they are to spare.
pub fn as_promised(all: &[Compared]) -> bool {
    let bad = all.iter().filter(|compared| compared.fewer() < FEWER || compared.faster() < FASTER).count();
    if bad > 0 {
        eprintln!(
            "bench: less than {FEWER} times fewer calls or {FASTER} times the rate in {bad} of {} cases",
            all.len()
        );
    }
    bad == 0
}
