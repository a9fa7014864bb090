//! The checks run in a child process: should the component fell it, the parent still says so. It keeps the report in a
//! file, and removes the temporary folder, where Windows lets no process delete a file that it has loaded itself.

use crate::cli::Order;
use crate::language::Language;
use crate::report::HUNG;
use crate::report_file::ReportFile;
use crate::{ending, socket_paths, system};
use host::{command, start};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, ExitStatus, Stdio};
use tempfile::TempDir;

/// Names the folder for temporary files to the child.
const FOLDER: &str = "ADDIN_SELFTEST_FOLDER";

pub fn folder_from_parent() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs this program again as a child; `here`, should the system not let it.
pub fn watch_over(order: &Order, here: impl FnOnce(&Path) -> ExitCode) -> ExitCode {
    let language = order.language;
    let folder = match folder() {
        Ok(folder) => folder,
        Err(why) => {
            println!("FAIL: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut told = Told(ReportFile::new_in(&temp()));
    let code = match child(folder.path()) {
        Ok(child) => judge(follow(child, &mut told), language, &mut told),
        Err(e) => {
            let why = language.of("проверки не запускаются отдельным процессом", "no process starts for the checks");
            told.0.give_up(format!("{why}: {e}"));
            here(folder.path())
        }
    };
    match told.0.conclude(language) {
        Ok(path) => println!("{}: {}", language.of("Отчёт сохранён", "The report is kept in"), path.display()),
        Err(why) => println!("{}: {why}", language.of("Отчёт не сохранён", "The report is not kept")),
    }
    if system::owns_its_console() && io::stdin().is_terminal() {
        println!("{}", language.of("\nНажмите Enter.", "\nPress Enter."));
        let _ = io::stdin().read_line(&mut String::new());
    }
    code
}

fn temp() -> PathBuf {
    let own = std::env::temp_dir();
    std::path::absolute(&own).unwrap_or(own)
}

/// A fresh folder, if possible one that lies near enough to the root for sockets.
fn folder() -> Result<TempDir, String> {
    let mut bases = vec![temp()];
    if cfg!(unix) {
        bases.push("/tmp".into());
        bases.sort_by_key(|base| !socket_paths::is_below(base));
    }
    let mut problems = Vec::new();
    for base in bases {
        match tempfile::Builder::new().prefix(socket_paths::PREFIX).tempdir_in(&base) {
            Ok(folder) => return Ok(folder),
            Err(e) => problems.push(format!("{}: {e}", base.display())),
        }
    }
    Err(problems.join("; "))
}

/// What the child tells: shown at once, and kept.
struct Told(ReportFile);

impl Told {
    fn add(&mut self, bytes: &[u8]) {
        let _ = io::stdout().write_all(bytes).and_then(|()| io::stdout().flush());
        self.0.add(bytes);
    }
}

fn child(folder: &Path) -> io::Result<Child> {
    let mut order = command(&std::env::current_exe()?);
    order.args(std::env::args_os().skip(1)).env(FOLDER, folder).stdout(Stdio::piped());
    start(&mut order)
}

fn follow(mut child: Child, told: &mut Told) -> io::Result<ExitStatus> {
    let mut out = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = out.read(&mut bytes) {
        told.add(&bytes[..count]);
    }
    child.wait()
}

fn judge(end: io::Result<ExitStatus>, language: Language, told: &mut Told) -> ExitCode {
    let end = match end {
        Ok(status) => match status.code().and_then(|code| u8::try_from(code).ok()) {
            Some(code @ (0 | 1 | HUNG)) => return ExitCode::from(code),
            _ => ending::in_words(status, language),
        },
        Err(e) => e.to_string(),
    };
    let words = language.of(
        format!("На последней из названных проверок программа упала: {end}. Пришлите этот отчёт авторам компоненты."),
        format!("During the check named last the program crashed: {end}. Please send this report to the authors."),
    );
    told.add(format!("FAIL\n\n{words}\n").as_bytes());
    ExitCode::FAILURE
}
