//! The checks, in the order of the report.

mod behaviour;
mod exchange;
mod loading;
mod surroundings;

use crate::bench::Bench;
use crate::language::Words;
use crate::report::{Outcome, Report};
use host::{Transport, secs};
use std::time::Duration;

type Check = (Words, fn(&Bench) -> Outcome);

/// A check of this kind works in well under a second.
const LIMIT: Duration = Duration::from_secs(120);
/// Many megabytes, or many loads.
const LONG: Duration = Duration::from_secs(300);

/// Runs them all; those that need a loaded component do not run without one.
pub fn all(bench: &Bench, report: &mut Report) {
    let language = bench.language;
    report.section(("Загрузка", "Loading"));
    let (name, load) = loading::FIRST;
    if !report.check(language.say(name), LIMIT, || load(bench)) {
        println!("\n{}", language.of("Без этого остальное не проверить.", "Nothing else can be checked without it."));
        return;
    }
    run(report, bench, loading::TABLE, LIMIT);

    for transport in Transport::ALL {
        let title = match transport {
            Transport::Inproc => ("Обмен inproc (внутри процесса)", "Exchange over inproc"),
            Transport::Ipc => ("Обмен ipc (внутри компьютера)", "Exchange over ipc"),
            Transport::Tcp => ("Обмен tcp", "Exchange over tcp"),
        };
        report.section(title);
        for &(name, body, seconds) in exchange::TABLE {
            report.check(language.say(name), secs(seconds), || bench.over(transport, || body(bench, transport)));
        }
        if transport != Transport::Inproc {
            let (name, body) = exchange::BETWEEN;
            report.check(language.say(name), LIMIT, || bench.over(transport, || body(bench, transport)));
        }
    }

    report.section(("Таймауты, ошибки, адреса", "Timeouts, errors, addresses"));
    run(report, bench, behaviour::TABLE, LIMIT);
    report.section(("Окружение", "Surroundings"));
    run(report, bench, surroundings::TABLE, LONG);
}

fn run(report: &mut Report, bench: &Bench, table: &[Check], limit: Duration) {
    for (name, body) in table {
        report.check(bench.language.say(*name), limit, || body(bench));
    }
}
