//! addin-selftest: loads the component that lies next to it, as 1C does, tries everything on this machine and says in
//! plain words what works. Exit codes: 0 all is well, 1 a check failed, 2 a wrong order, 4 a check hung.

mod bench;
mod checks;
mod cli;
mod ending;
mod find;
mod forbidden;
mod language;
mod parent;
mod peer;
mod report;
mod report_file;
mod socket_paths;
mod system;

use bench::Bench;
use cli::Order;
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if let [first, file, endpoint, language] = &words[..]
        && first == peer::ORDER
    {
        return match peer::main(PathBuf::from(file), &endpoint.to_string_lossy(), language) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                println!("{why}");
                ExitCode::FAILURE
            }
        };
    }
    let order = match Order::parse(words) {
        Ok(order) => order,
        Err(why) => {
            eprintln!("{why}\n{}", cli::USAGE);
            return ExitCode::from(2);
        }
    };
    let _console = system::utf8_console();
    match parent::folder_from_parent() {
        Some(folder) => run(&order, &folder),
        None => parent::watch_over(&order, |folder| run(&order, folder)),
    }
}

/// All the checks, in this process.
fn run(order: &Order, folder: &Path) -> ExitCode {
    let language = order.language;
    let title = ("самопроверка внешней компоненты", "self-test of the 1C component");
    println!("addin-selftest {}: {}", env!("CARGO_PKG_VERSION"), language.say(title));
    println!("{}: {}", language.of("Система", "System"), system::description());
    let file = match find::component(order.file.as_deref(), language) {
        Ok(file) => file,
        Err(why) => {
            println!("FAIL: {why}");
            return ExitCode::FAILURE;
        }
    };
    println!("{}: {}", language.of("Компонента", "Component"), file.display());
    let mut report = Report::new(language, order.patience);
    checks::all(&Bench::new(language, file, folder.into()), &mut report);
    if report.conclude() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
