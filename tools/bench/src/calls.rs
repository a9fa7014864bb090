//! System calls of a round trip, by strace: the difference of a long run and a short one.

use crate::glue::Loop;
use crate::pairs::{Bench, REQ_REP, Side};
use crate::words::{Language, table};
use host::Transport;
use std::fs;
use std::process::{Command, Stdio};

const SHORT: u32 = 500;
const LONG: u32 = 2500;

/// Under strace: so many round trips of 3 bytes.
pub fn run(side: &str, times: &str) {
    let pair = Bench::new().leak().pair(Side::of(side), &REQ_REP, Transport::Inproc, false);
    pair.both(Loop::Ask, Loop::Answer, b"abc", 1, times.parse().expect("a number"));
}

/// Of the component, and of libzmq.
pub fn measure() -> [f64; 2] {
    let folder = host::Endpoints::new();
    let out = folder.folder().join("strace");
    Side::ALL.map(|side| {
        let [short, long] = [SHORT, LONG].map(|times| {
            let mut command = Command::new("strace");
            command.args(["-f", "-qq", "-c", "-U", "calls,name", "-o"]).arg(&out);
            command.arg(std::env::current_exe().expect("the program's path"));
            command.args(["--round-trips", side.name(), &times.to_string()]).stdin(Stdio::null());
            assert!(command.status().expect("strace starts").success(), "{command:?} failed");
            let text = fs::read_to_string(&out).expect("strace's table");
            let total = text.lines().find_map(|line| line.trim().strip_suffix(" total"));
            total.and_then(|total| total.trim().parse::<f64>().ok()).expect("strace's total")
        });
        (long - short) / f64::from(LONG - SHORT)
    })
}

/// The table of the page.
pub fn in_words([component, libzmq]: [f64; 2], language: Language) -> String {
    let head = language.of(
        ["системных вызовов", "компонента", "libzmq", "больше libzmq, раз"],
        ["system calls", "component", "libzmq", "times libzmq's"],
    );
    let row = [component, libzmq, component / libzmq].map(|value| language.number(value, 2));
    let name = language.of("туда и обратно, inproc, 3 Б", "round trip, inproc, 3 B");
    table(&head, [[vec![name.into()], row.to_vec()].concat()])
}
