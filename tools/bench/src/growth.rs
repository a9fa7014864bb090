//! How cost grows: each point in a process of its own, so that the memory seen is that point's.

use crate::glue::Loop;
use crate::pairs::{Bench, PUSH_PULL, Pair, Side};
use crate::words::{Language, median, progress, table};
use host::Transport;
use host::figures::figures;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Something that grows, and what is measured of it at each point.
struct Axis {
    name: &'static str,
    russian: &'static str,
    english: &'static str,
    points: &'static [u64],
    measure: fn(&Bench, Side, u64) -> Vec<Value>,
}

#[rustfmt::skip]
const AXES: &[Axis] = &[
    Axis { name: "first", russian: "первая пара сокетов процесса", english: "the first pair of sockets of a process", points: &[2], measure: first },
    Axis { name: "inproc", russian: "сокетов, inproc", english: "sockets, inproc", points: &[2, 20, 200, 1000], measure: |bench, side, n| sockets(bench, side, Transport::Inproc, n) },
    Axis { name: "tcp", russian: "сокетов, tcp", english: "sockets, tcp", points: &[2, 20, 200, 1000], measure: |bench, side, n| sockets(bench, side, Transport::Tcp, n) },
    Axis { name: "queued", russian: "сообщений по 3 Б в очереди", english: "messages of 3 B queued", points: &[1, 100, 10_000, 1_000_000], measure: queued },
    Axis { name: "parts", russian: "частей по 100 Б", english: "parts of 100 B", points: &[1, 4, 16, 64], measure: parts },
    Axis { name: "size", russian: "байт в сообщении", english: "bytes in a message", points: &[3, 1 << 10, 64 << 10, 1 << 20, 16 << 20, 256 << 20], measure: size },
    Axis { name: "threads", russian: "потоков, у каждого своя пара", english: "threads, each with a pair of its own", points: &[1, 2, 4, 8, 16, 32], measure: threads },
];

/// ns or bytes.
#[derive(Clone, Copy)]
enum Unit {
    Time,
    Bytes,
}

/// What is measured of an axis at one point.
struct Value(&'static Metric, f64);

struct Metric {
    name: &'static str,
    russian: &'static str,
    english: &'static str,
    unit: Unit,
}

const OPEN: &Metric = &Metric {
    name: "open",
    russian: "открыть и соединить сокет",
    english: "open and connect a socket",
    unit: Unit::Time,
};
const CLOSE: &Metric =
    &Metric { name: "close", russian: "закрыть сокет", english: "close a socket", unit: Unit::Time };
const PASS: &Metric = &Metric {
    name: "pass",
    russian: "отправить и получить сообщение",
    english: "send and receive a message",
    unit: Unit::Time,
};
const SEND: &Metric = &Metric { name: "send", russian: "отправить", english: "send", unit: Unit::Time };
const RECEIVE: &Metric = &Metric { name: "receive", russian: "получить", english: "receive", unit: Unit::Time };
const MEMORY: &Metric =
    &Metric { name: "memory", russian: "памяти на каждое", english: "memory of each", unit: Unit::Bytes };
const METRICS: [&Metric; 6] = [OPEN, CLOSE, PASS, SEND, RECEIVE, MEMORY];

/// How often a point is measured; medians count.
const RUNS: usize = 3;

/// How long one point's messages pass.
const LENGTH: Duration = Duration::from_millis(100);

#[expect(clippy::cast_precision_loss)]
fn per(took: Duration, count: u64) -> f64 {
    took.as_nanos() as f64 / count as f64
}

#[expect(clippy::cast_precision_loss)]
fn memory_since(before: u64, count: u64) -> Value {
    Value(MEMORY, (figures().resident_kib.saturating_sub(before) << 10) as f64 / count as f64)
}

/// Passes messages until the time is over, through every pair thrice at least, warmed up; ns for each.
fn pass(pairs: &[Pair<'_>], data: &[u8], parts: u32, batch: u64) -> f64 {
    for pair in pairs {
        pair.alone(Loop::Pass, data, parts, batch);
    }
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < LENGTH || count < 3 * batch {
        for pair in pairs {
            pair.alone(Loop::Pass, data, parts, batch);
            count += batch;
        }
    }
    per(start.elapsed(), count)
}

/// With what a process pays once: libzmq's context, its table of sockets, its threads.
fn first(bench: &Bench, side: Side, count: u64) -> Vec<Value> {
    measured(bench, side, Transport::Inproc, count)
}

fn sockets(bench: &Bench, side: Side, transport: Transport, count: u64) -> Vec<Value> {
    let first = [bench.pair(side, &PUSH_PULL, transport, false)];
    pass(&first, b"abc", 1, 1);
    measured(bench, side, transport, count)
}

fn measured(bench: &Bench, side: Side, transport: Transport, count: u64) -> Vec<Value> {
    let before = figures().resident_kib;
    let start = Instant::now();
    let pairs: Vec<_> = (0..count / 2).map(|_| bench.pair(side, &PUSH_PULL, transport, false)).collect();
    let opened = start.elapsed();
    let passed = pass(&pairs, b"abc", 1, 1);
    let memory = memory_since(before, count);
    let start = Instant::now();
    drop(pairs);
    vec![Value(OPEN, per(opened, count)), Value(PASS, passed), memory, Value(CLOSE, per(start.elapsed(), count))]
}

fn queued(bench: &Bench, side: Side, count: u64) -> Vec<Value> {
    let pair = bench.pair(side, &PUSH_PULL, Transport::Inproc, true);
    pair.alone(Loop::Pass, b"abc", 1, 1000);
    let before = figures().resident_kib;
    let sent = pair.alone(Loop::Send, b"abc", 1, count);
    let memory = memory_since(before, count);
    let received = pair.alone(Loop::Receive, b"abc", 1, count);
    let mut values = vec![Value(SEND, per(sent, count)), Value(RECEIVE, per(received, count))];
    // The system counts memory by pages: a few messages cannot be seen.
    values.extend((count >= 1000).then_some(memory));
    values
}

fn parts(bench: &Bench, side: Side, count: u64) -> Vec<Value> {
    let pair = bench.pair(side, &PUSH_PULL, Transport::Inproc, false);
    vec![Value(PASS, pass(&[pair], &[0x5A; 100], u32::try_from(count).expect("few parts"), 20))]
}

fn size(bench: &Bench, side: Side, bytes: u64) -> Vec<Value> {
    let pair = bench.pair(side, &PUSH_PULL, Transport::Inproc, false);
    vec![Value(PASS, pass(&[pair], &vec![0x5A; usize::try_from(bytes).expect("a size")], 1, 1))]
}

/// The time of a message on each of the threads.
fn threads(bench: &Bench, side: Side, count: u64) -> Vec<Value> {
    #[expect(clippy::cast_precision_loss)]
    let all = count as f64;
    let sum: f64 = thread::scope(|scope| {
        let one = || pass(&[bench.pair(side, &PUSH_PULL, Transport::Inproc, false)], b"abc", 1, 100);
        let running: Vec<_> = (0..count).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|it| it.join().expect("a thread")).sum()
    });
    vec![Value(PASS, sum / all)]
}

/// One point, as the process made for it: prints its figures.
pub fn point(bench: &Bench, axis: &str, side: &str, point: &str) {
    let axis = AXES.iter().find(|it| it.name == axis).expect("an axis");
    for Value(metric, value) in (axis.measure)(bench, Side::of(side), point.parse().expect("a number")) {
        println!("{} {value}", metric.name);
    }
}

/// A row of the table.
pub struct Point {
    axis: &'static Axis,
    point: u64,
    metric: &'static Metric,
    component: f64,
    libzmq: f64,
}

/// Every point of every axis as often as said, or only the first points once.
pub fn measure(quick: bool) -> Vec<Point> {
    let mut all = Vec::new();
    for axis in AXES {
        for &point in if quick { &axis.points[..1] } else { axis.points } {
            progress(&format!("{} {point}", axis.name));
            let runs: Vec<_> = (0..if quick { 1 } else { RUNS })
                .map(|_| Side::ALL.map(|side| in_process(axis, side, point)))
                .collect();
            for (index, (metric, _)) in runs[0][0].iter().enumerate() {
                let [component, libzmq] = [0, 1].map(|side| {
                    let values: Vec<f64> = runs.iter().map(|run| run[side][index].1).collect();
                    median(&values)
                });
                all.push(Point { axis, point, metric, component, libzmq });
            }
        }
    }
    all
}

fn in_process(axis: &Axis, side: Side, point: u64) -> Vec<(&'static Metric, f64)> {
    let mut command = Command::new(std::env::current_exe().expect("the program's path"));
    command.args(["--point", axis.name, side.name(), &point.to_string()]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().expect("the program starts again");
    assert!(output.status.success(), "{side:?}, {} {point}: {}", axis.name, output.status);
    let text = String::from_utf8(output.stdout).expect("text");
    let parse = |line: &str| {
        let (name, value) = line.split_once(' ')?;
        Some((METRICS.into_iter().find(|it| it.name == name)?, value.parse().ok()?))
    };
    text.lines().map(|line| parse(line).unwrap_or_else(|| panic!("not a figure: {line}"))).collect()
}

/// The table of the page.
pub fn in_words(all: &[Point], language: Language) -> String {
    let head = language.of(
        ["чего больше", "сколько", "что", "компонента", "libzmq", "лучше libzmq, раз"],
        ["what grows", "how many", "what", "component", "libzmq", "times better than libzmq"],
    );
    let row = |it: &Point| {
        let shown = |value| match it.metric.unit {
            Unit::Time => language.time(value),
            Unit::Bytes => language.bytes(value),
        };
        let ratio = it.libzmq / it.component;
        vec![
            language.of(it.axis.russian, it.axis.english).into(),
            it.point.to_string(),
            language.of(it.metric.russian, it.metric.english).into(),
            shown(it.component),
            shown(it.libzmq),
            if ratio.is_finite() { language.number(ratio, 2) } else { "–".into() },
        ]
    };
    table(&head, all.iter().map(row))
}
