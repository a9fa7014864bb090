//! addin-selftest: loads the component that lies beside it, as 1C does, tries
//! everything on this machine and says in plain words what works. For machines
//! that the makers of a release do not have: real Windows, old distributions.

mod checks;
mod report;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use report::Report;

/// Runs one group of checks in a child that has another temporary folder.
const INNER: &str = "--inner";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let inner = arguments.first().is_some_and(|first| first == INNER);
    if inner {
        arguments.remove(0);
    }
    let english = arguments.iter().any(|argument| argument == "--english");
    arguments.retain(|argument| argument != "--english");
    if let Some(unknown) = arguments.iter().find(|argument| argument.starts_with('-')) {
        println!("addin-selftest [--english] [LIBRARY]   ({unknown}?)");
        return ExitCode::from(2);
    }

    let mut report = Report::new(english);
    let Some(library) = arguments.first().map(PathBuf::from).or_else(beside) else {
        report.say(
            "Рядом с программой нет файла компоненты для этой системы; укажите его путь.",
            "There is no component for this system beside the program; give its path.",
        );
        return ExitCode::from(2);
    };
    let library = std::path::absolute(&library).unwrap_or(library);
    if inner {
        checks::sockets(&mut report, &library);
    } else {
        checks::all(&mut report, &library);
        report.conclude(&library);
    }
    if report.failures() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The component of this program's own system: `addin-selftest-1.2.3-linux-i686`
/// takes `addin-zeromq-1.2.3-linux-i686.so`.
fn beside() -> Option<PathBuf> {
    let own = env::current_exe().ok()?;
    let name = own.file_name()?.to_str()?.trim_end_matches(env::consts::EXE_SUFFIX);
    let extension = if cfg!(windows) { "dll" } else { "so" };
    let version = name.strip_prefix("addin-selftest")?;
    let candidates = [
        format!("addin-zeromq{version}.{extension}"),
        format!("libaddin_zeromq.{extension}"),
        format!("addin_zeromq.{extension}"),
    ];
    candidates.iter().map(|file| own.parent().unwrap_or(Path::new(".")).join(file)).find(|path| path.is_file())
}
