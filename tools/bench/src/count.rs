//! What is counted: instructions of one call, by callgrind, held against the budget (`ci/bench-budget`).

use crate::glue::Loop;
use crate::pairs::{Bench, PUSH_PULL, Pair, Side};
use crate::words::{Language, table};
use host::{Transport, workspace};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

struct Counted {
    /// As the budget names it.
    name: &'static str,
    russian: &'static str,
    which: Loop,
    size: usize,
    parts: u32,
    /// Whether libzmq can do it too.
    beside: bool,
    /// The seed's, counted once, quoted from the issue "As fast as libzmq itself".
    seed: Option<u32>,
}

#[rustfmt::skip]
const COUNTED: &[Counted] = &[
    Counted { name: "empty call", russian: "пустой вызов", which: Loop::Empty, size: 0, parts: 1, beside: false, seed: None },
    Counted { name: "reading LastError", russian: "чтение `ПоследняяОшибка`", which: Loop::Property, size: 0, parts: 1, beside: false, seed: Some(303) },
    Counted { name: "Send + Recv, 3 B", russian: "`Отправить` и `Получить`, 3 Б", which: Loop::Pass, size: 3, parts: 1, beside: true, seed: Some(1422) },
    Counted { name: "Send + Recv, 1 KiB", russian: "`Отправить` и `Получить`, 1 КиБ", which: Loop::Pass, size: 1 << 10, parts: 1, beside: true, seed: Some(1980) },
    Counted { name: "multipart, 16 × 100 B", russian: "составное, 16 × 100 Б", which: Loop::Pass, size: 100, parts: 16, beside: true, seed: None },
];

const WARMING: u64 = 1000;
const TIMES: u32 = 5000;

/// By how much a count may exceed its budget: compilers and C libraries differ.
const TOLERANCE: f64 = 0.02;

/// The reason for a change of the budget, which is then written.
const UPDATE_VARIABLE: &str = "UPDATE_BUDGET";

/// Under callgrind: every loop once to warm up, then once to be counted. Each leaves a file of its own.
pub fn run() {
    // Nothing is closed or freed before the end: what a block costs depends on what else lies on the heap.
    let bench = Bench::new().leak();
    for counted in COUNTED {
        for side in counted.sides() {
            let pair: &Pair<'_> = Box::leak(Box::new(bench.pair(side, &PUSH_PULL, Transport::Inproc, false)));
            let (done, wait) = mpsc::channel();
            // A heap of its own goes with a thread of its own, which stays so that no other inherits it.
            thread::spawn(move || {
                let data = vec![0x5A_u8; counted.size];
                for times in [WARMING, TIMES.into()] {
                    pair.alone(counted.which, &data, counted.parts, times);
                }
                done.send(()).expect("somebody waits");
                loop {
                    thread::park();
                }
            });
            wait.recv().expect("both loops");
        }
    }
}

impl Counted {
    fn sides(&self) -> impl Iterator<Item = Side> {
        Side::ALL.into_iter().take(1 + usize::from(self.beside))
    }
}

/// Instructions of one call.
pub struct Count {
    counted: &'static Counted,
    component: f64,
    libzmq: Option<f64>,
}

pub fn measure() -> Vec<Count> {
    let folder = host::Endpoints::new();
    let out = folder.folder().join("callgrind");
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=bench_loop"])
        .args(["--dump-after=bench_loop", &format!("--callgrind-out-file={}", out.display())])
        .arg(std::env::current_exe().expect("the program's path"))
        .arg("--counted")
        .env("GLIBC_TUNABLES", "glibc.malloc.arena_max=100")
        .stdin(Stdio::null())
        .status();
    assert!(status.expect("valgrind starts").success(), "callgrind failed");
    let mut file = 0;
    let mut next = || {
        file += 2;
        total(&out.with_extension(file.to_string())) / f64::from(TIMES)
    };
    let count =
        |counted: &'static Counted| Count { counted, component: next(), libzmq: counted.beside.then(&mut next) };
    COUNTED.iter().map(count).collect()
}

fn total(file: &Path) -> f64 {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("callgrind's {}: {e}", file.display()));
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).expect("callgrind's total")
}

fn budget_file() -> PathBuf {
    workspace().join("ci/bench-budget")
}

/// A line of the budget: instructions, name, why it last changed.
fn budget() -> Vec<(u32, String, String)> {
    let text = fs::read_to_string(budget_file()).expect("ci/bench-budget");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let parse = |line: &str| {
        let mut words = line.splitn(3, '|').map(str::trim);
        let figure = words.next()?.parse().ok()?;
        Some((figure, words.next()?.into(), words.next().filter(|why| !why.is_empty())?.into()))
    };
    lines.map(|line| parse(line).unwrap_or_else(|| panic!("ci/bench-budget: {line}"))).collect()
}

/// Whether all counts are within the budget; writes what is not. With UPDATE_BUDGET the budget follows the counts.
pub fn within_budget(counts: &[Count]) -> bool {
    let budget = budget();
    if let Ok(reason) = std::env::var(UPDATE_VARIABLE) {
        assert!(!reason.trim().is_empty(), "{UPDATE_VARIABLE} must say why the budget changes");
        write_budget(counts, &budget, reason.trim());
        return true;
    }
    let mut good = true;
    for (_, name, _) in budget.iter().filter(|it| counts.iter().all(|count| count.counted.name != it.1)) {
        eprintln!("ci/bench-budget has a line for {name}, which nobody counts");
        good = false;
    }
    for Count { counted, component, .. } in counts {
        let Some(allowed) = budget.iter().find(|it| it.1 == counted.name).map(|it| f64::from(it.0)) else {
            eprintln!("ci/bench-budget has no line for {}", counted.name);
            good = false;
            continue;
        };
        let rise = component / allowed - 1.0;
        if rise.abs() > TOLERANCE {
            let word = if rise > 0.0 { "MORE than" } else { "less than" };
            eprintln!(
                "{}: {component:.0} instructions, {word} the budget's {allowed} ({:+.1} %)",
                counted.name,
                rise * 100.0
            );
        }
        good &= rise <= TOLERANCE;
    }
    if !good {
        eprintln!("If this is as it must be: {UPDATE_VARIABLE}='why' ci/bench --count, and commit ci/bench-budget.");
    }
    good
}

fn write_budget(counts: &[Count], old: &[(u32, String, String)], reason: &str) {
    let text = fs::read_to_string(budget_file()).expect("ci/bench-budget");
    let mut text: String = text.split_inclusive('\n').filter(|line| line.starts_with('#')).collect();
    for Count { counted, component, .. } in counts {
        let kept = old.iter().find(|it| it.1 == counted.name && (component / f64::from(it.0) - 1.0).abs() <= 0.001);
        let (figure, why) = kept.map_or((component.round(), reason), |it| (f64::from(it.0), it.2.as_str()));
        writeln!(text, "{figure:>6} | {:<21} | {why}", counted.name).expect("a text takes it");
    }
    fs::write(budget_file(), text).expect("ci/bench-budget is written");
}

/// The table of the page.
pub fn in_words(counts: &[Count], language: Language) -> String {
    let head = language.of(
        ["команд процессора", "компонента", "libzmq", "больше libzmq, раз", "прежняя"],
        ["instructions", "component", "libzmq", "times libzmq's", "the seed"],
    );
    let row = |count: &Count| {
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        vec![
            language.of(count.counted.russian, count.counted.name).into(),
            format!("{:.0}", count.component),
            or_dash(count.libzmq.map(|raw| format!("{raw:.0}"))),
            or_dash(count.libzmq.map(|raw| language.number(count.component / raw, 2))),
            or_dash(count.counted.seed.map(|seed| seed.to_string())),
        ]
    };
    table(&head, counts.iter().map(row))
}
