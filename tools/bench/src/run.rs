//! What the words of the command line choose.

use crate::machine::Watch;
use crate::pairs::Bench;
use crate::words::{Language, progress};
use crate::{batch, calls, count, growth, page, plot, python, timing};
use std::process::ExitCode;

pub fn main(words: &[String]) -> ExitCode {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (write, chosen) = match words.as_slice() {
        [chosen @ .., "--write"] => (true, chosen),
        chosen => (false, chosen),
    };
    let mut good = true;
    match chosen {
        [] => {
            timed(write);
            if write {
                good = counted(write);
                called(write);
                grown(write);
                good &= batched(write);
            }
        }
        ["--quick"] if !write => quick(),
        ["--count"] => good = counted(write),
        ["--calls"] => called(write),
        ["--growth"] => grown(write),
        ["--batch"] => good = batched(write),
        // What is started again, for a process of its own.
        ["--counted"] => count::run(),
        ["--round-trips", side, times] => calls::run(side, times),
        ["--point", axis, side, point] => growth::point(&Bench::new(), axis, side, point),
        _ => {
            eprintln!("ci/bench [--quick | --count | --calls | --growth | --batch] [--write]");
            return ExitCode::from(2);
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Everything once, for as long as it must: the figures are worth nothing.
fn quick() {
    let timed = timing::measure(&Bench::new(), timing::QUICK).len();
    let grown = growth::measure(true).len();
    progress("");
    println!("{}, {timed} cases and {grown} figures of growth came out", python::versions());
}

fn timed(write: bool) {
    let (bench, watch) = (Bench::new(), Watch::start());
    let all = timing::measure(&bench, timing::THOROUGH);
    progress("");
    let beside = format!("libzmq {}; {}", bench.libzmq_version(), python::versions());
    show("time", write, |language| {
        format!("{}\n{}", watch.in_words(language, &beside), timing::in_words(&all, language))
    });
    if write {
        for language in Language::ALL {
            page::write_plot(language, &plot::svg(&all, language));
        }
    }
}

fn counted(write: bool) -> bool {
    let counts = count::measure();
    show("count", write, |language| count::in_words(&counts, language));
    count::within_budget(&counts)
}

fn called(write: bool) {
    let counts = calls::measure();
    show("calls", write, |language| calls::in_words(counts, language));
}

fn batched(write: bool) -> bool {
    let bench = Bench::new();
    let (watch, beside) = (Watch::start(), format!("libzmq {}", bench.libzmq_version()));
    let all = batch::measure(&bench);
    show("batch", write, |language| {
        format!("{}\n{}", watch.in_words(language, &beside), batch::in_words(&all, language))
    });
    batch::as_promised(&all)
}

fn grown(write: bool) {
    let (watch, beside) = (Watch::start(), format!("libzmq {}", Bench::new().libzmq_version()));
    let all = growth::measure(false);
    progress("");
    show("growth", write, |language| {
        format!("{}\n{}", watch.in_words(language, &beside), growth::in_words(&all, language))
    });
}

/// Prints it, and puts it on the pages if so wished.
fn show(section: &str, write: bool, text: impl Fn(Language) -> String) {
    println!("{}", text(Language::Russian));
    if write {
        for language in Language::ALL {
            page::write(section, language, &text(language));
        }
    }
}
