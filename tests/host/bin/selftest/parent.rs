//! The checks run in a child process: should the component fell it, the parent still says so. It keeps the report in a
//! file, and removes the temporary folder, where Windows lets no process delete a file that it has loaded itself.

use crate::language::Language;
use crate::order::Order;
use crate::system;
use host::{command, start};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus, Stdio};

/// Names the folder for temporary files to the child.
const FOLDER: &str = "ADDIN_SELFTEST_FOLDER";
/// A path of `ipc://` has 107 bytes at the most; names in the folder need some of them.
const LONGEST: usize = 70;

pub fn folder_from_parent() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs this program again as a child; `here`, should the system not let it.
pub fn watch_over(order: &Order, here: impl FnOnce(&Path) -> ExitCode) -> ExitCode {
    let language = order.language;
    let mut base = std::env::temp_dir();
    if cfg!(unix) && base.as_os_str().len() > LONGEST {
        base = "/tmp".into();
    }
    let folder = match tempfile::Builder::new().prefix("selftest-").tempdir_in(&base) {
        Ok(folder) => folder,
        Err(e) => {
            println!("FAIL: {}: {e}", base.display());
            return ExitCode::FAILURE;
        }
    };
    let kept = base.join("addin-selftest-report.txt");
    let mut told = Told(File::create(&kept).ok());
    let code = match child(folder.path(), &mut told) {
        Ok(status) => judge(status, language, &mut told),
        Err(_) => here(folder.path()),
    };
    if told.0.is_some() {
        println!("{}: {}", language.of("Отчёт сохранён", "The report is kept in"), kept.display());
    }
    if system::owns_its_console() && io::stdin().is_terminal() {
        println!("{}", language.of("\nНажмите Enter.", "\nPress Enter."));
        let _ = io::stdin().read_line(&mut String::new());
    }
    code
}

/// What the child tells: shown at once, and kept.
struct Told(Option<File>);

impl Told {
    fn add(&mut self, bytes: &[u8]) {
        let _ = io::stdout().write_all(bytes).and_then(|()| io::stdout().flush());
        if self.0.as_mut().is_some_and(|file| file.write_all(bytes).is_err()) {
            self.0 = None;
        }
    }
}

/// An error: it could not be started.
fn child(folder: &Path, told: &mut Told) -> io::Result<ExitStatus> {
    let mut order = command(&std::env::current_exe()?);
    order.args(std::env::args_os().skip(1)).env(FOLDER, folder).stdout(Stdio::piped());
    let mut child = start(&mut order)?;
    let mut out = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = out.read(&mut bytes) {
        told.add(&bytes[..count]);
    }
    child.wait()
}

fn judge(status: ExitStatus, language: Language, told: &mut Told) -> ExitCode {
    if let Some(code @ 0..=3) = status.code() {
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    let end = ending(status, language);
    let words = language.of(
        format!("На последней из названных проверок программа упала: {end}. Пришлите этот отчёт авторам компоненты."),
        format!("During the check named last the program crashed: {end}. Please send this report to the authors."),
    );
    told.add(format!("FAIL\n\n{words}\n").as_bytes());
    ExitCode::FAILURE
}

fn ending(status: ExitStatus, language: Language) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return language.of(format!("сигнал {signal}"), format!("signal {signal}"));
    }
    let code = status.code().unwrap_or(-1);
    language.of(format!("код {code:#x}"), format!("code {code:#x}"))
}
