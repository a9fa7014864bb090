//! What is timed: short runs of the component and of libzmq as it comes, in turn, the same work on the same threads.

use crate::glue::Loop;
use crate::pairs::{Bench, PUSH_PULL, Pair, REQ_REP, Side};
use crate::python;
use crate::words::{Language, median, progress, quartiles, table};
use host::Transport;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A call of the component's that does nothing.
    Empty,
    Property,
    /// A message sent and received, on one thread.
    OneThread,
    /// Req and Rep, a thread each.
    RoundTrip,
    /// Push and Pull, a thread each.
    Throughput,
}

pub struct Case {
    pub what: What,
    pub transport: Transport,
    pub size: usize,
    pub parts: u32,
}

struct Row {
    what: What,
    transports: &'static [Transport],
    sizes: &'static [usize],
    parts: u32,
}

const SIZES: &[usize] = &[3, 1 << 10, 64 << 10, 1 << 20];
const HERE: &[Transport] = &[Transport::Inproc];
const ALL: &[Transport] = &Transport::ALL;

const ROWS: &[Row] = &[
    Row { what: What::Empty, transports: HERE, sizes: &[0], parts: 1 },
    Row { what: What::Property, transports: HERE, sizes: &[0], parts: 1 },
    Row { what: What::OneThread, transports: HERE, sizes: SIZES, parts: 1 },
    Row { what: What::RoundTrip, transports: ALL, sizes: SIZES, parts: 1 },
    Row { what: What::Throughput, transports: ALL, sizes: SIZES, parts: 1 },
    Row { what: What::Throughput, transports: ALL, sizes: &[100], parts: 4 },
    Row { what: What::Throughput, transports: ALL, sizes: &[100], parts: 16 },
];

/// What the seed had of libzmq as it comes, quoted from the issue "As fast as libzmq itself": the only such figures.
const SEED: &[(What, Transport, usize, f64)] = &[
    (What::Throughput, Transport::Inproc, 3, 0.77),
    (What::Throughput, Transport::Ipc, 3, 0.84),
    (What::Throughput, Transport::Tcp, 3, 0.92),
];

/// How long and how often.
#[derive(Clone, Copy)]
pub struct Effort {
    pub runs: usize,
    pub length: Duration,
}

pub const THOROUGH: Effort = Effort { runs: 15, length: Duration::from_millis(60) };
pub const QUICK: Effort = Effort { runs: 1, length: Duration::from_millis(1) };

/// A case and its times, ns for each message or call; the n-th runs of both sides followed one another.
pub struct Timed {
    pub case: Case,
    pub component: Vec<f64>,
    pub libzmq: Vec<f64>,
    pub python: Option<f64>,
}

impl Timed {
    /// The quartiles of what the component reaches of libzmq's speed: above 1 it is faster.
    pub fn ratio(&self) -> Option<[f64; 3]> {
        let ratios: Vec<f64> = self.component.iter().zip(&self.libzmq).map(|(own, raw)| raw / own).collect();
        (!ratios.is_empty()).then(|| quartiles(&ratios))
    }

    pub fn seed(&self) -> Option<f64> {
        let Case { what, transport, size, parts } = self.case;
        let same = |it: &&(What, Transport, usize, f64)| parts == 1 && (it.0, it.1, it.2) == (what, transport, size);
        SEED.iter().find(same).map(|it| it.3)
    }
}

impl Case {
    pub fn name(&self, language: Language) -> String {
        let size = language.bytes(bytes(self.size));
        match (self.what, self.parts) {
            (What::Empty, _) => language.of("пустой вызов", "empty call").into(),
            (What::Property, _) => language.of("чтение `ПоследняяОшибка`", "reading `LastError`").into(),
            (_, 1) => size,
            (_, parts) => format!("{parts} × {size}"),
        }
    }

    fn times(&self, pair: &Pair<'_>, data: &[u8], times: u64) -> Duration {
        match self.what {
            What::Empty => pair.alone(Loop::Empty, data, 1, times),
            What::Property => pair.alone(Loop::Property, data, 1, times),
            What::OneThread => pair.alone(Loop::Pass, data, self.parts, times),
            What::RoundTrip => pair.both(Loop::Ask, Loop::Answer, data, self.parts, times),
            What::Throughput => pair.both(Loop::Receive, Loop::Send, data, self.parts, times),
        }
    }

    fn measure(self, bench: &Bench, effort: Effort) -> Timed {
        let data = vec![0x5A_u8; self.size];
        let pattern = if self.what == What::RoundTrip { &REQ_REP } else { &PUSH_PULL };
        let pair = |side| bench.pair(side, pattern, self.transport, false);
        let own = pair(Side::Component);
        let raw = (!matches!(self.what, What::Empty | What::Property)).then(|| pair(Side::Libzmq));
        let longest = raw.as_ref().unwrap_or(&own);
        let mut times = 1;
        loop {
            let took = self.times(longest, &data, times);
            if took >= effort.length / 2 {
                break;
            }
            times *= if took < effort.length / 16 { 8 } else { 2 };
        }
        self.times(&own, &data, times);
        let mut timed = Timed { case: self, component: Vec::new(), libzmq: Vec::new(), python: None };
        for run in 0..effort.runs {
            let mut own_run = || timed.component.push(each(timed.case.times(&own, &data, times), times));
            let mut raw_run =
                || timed.libzmq.extend(raw.as_ref().map(|raw| each(timed.case.times(raw, &data, times), times)));
            if run % 2 == 0 {
                own_run();
                raw_run();
            } else {
                raw_run();
                own_run();
            }
        }
        if matches!(timed.case.what, What::RoundTrip | What::Throughput) {
            let endpoint = bench.endpoint(timed.case.transport);
            timed.python = Some(python::measure(&timed.case, &endpoint, times.div_ceil(4), effort.runs));
        }
        timed
    }
}

#[expect(clippy::cast_precision_loss)]
fn each(took: Duration, times: u64) -> f64 {
    took.as_nanos() as f64 / times as f64
}

#[expect(clippy::cast_precision_loss)]
fn bytes(size: usize) -> f64 {
    size as f64
}

/// All cases, one after another.
pub fn measure(bench: &Bench, effort: Effort) -> Vec<Timed> {
    let mut all = Vec::new();
    for row in ROWS {
        for &transport in row.transports {
            for &size in row.sizes {
                progress(&format!("{:?}, {transport:?}, {size}", row.what));
                all.push(Case { what: row.what, transport, size, parts: row.parts }.measure(bench, effort));
            }
        }
    }
    all
}

pub fn heading(what: What, language: Language) -> &'static str {
    match what {
        What::Empty | What::Property => language.of("вызов", "a call"),
        What::OneThread => language.of("отправить и получить в одном потоке", "send and receive, one thread"),
        What::RoundTrip => language.of("туда и обратно (Req, Rep)", "round trip (Req, Rep)"),
        What::Throughput => language.of("поток сообщений (Push, Pull)", "throughput (Push, Pull)"),
    }
}

pub fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Inproc => "inproc",
        Transport::Ipc => "ipc",
        Transport::Tcp => "tcp",
    }
}

/// The table of the page.
pub fn in_words(all: &[Timed], language: Language) -> String {
    let head = language.of(
        ["что", "транспорт", "сообщение", "компонента", "libzmq", "pyzmq", "быстрее libzmq, раз", "разброс", "прежняя"],
        ["what", "transport", "message", "component", "libzmq", "pyzmq", "times libzmq's speed", "spread", "the seed"],
    );
    let rows = all.iter().map(|timed| {
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        let ratio = timed.ratio();
        vec![
            heading(timed.case.what, language).into(),
            transport(timed.case.transport).into(),
            timed.case.name(language),
            language.time(median(&timed.component)),
            or_dash((!timed.libzmq.is_empty()).then(|| language.time(median(&timed.libzmq)))),
            or_dash(timed.python.map(|python| language.time(python))),
            or_dash(ratio.map(|[_, middle, _]| format!("**{}**", language.number(middle, 2)))),
            or_dash(ratio.map(|[low, _, high]| format!("{}…{}", language.number(low, 2), language.number(high, 2)))),
            or_dash(timed.seed().map(|seed| language.number(seed, 2))),
        ]
    });
    table(&head, rows)
}
