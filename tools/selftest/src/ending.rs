//! How a process ended, in the user's words.

use crate::language::Language;
use std::process::ExitStatus;

pub fn in_words(status: ExitStatus, language: Language) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return language.of(format!("сигнал {signal}"), format!("signal {signal}"));
    }
    match status.code() {
        // What abort() of Microsoft's C library leaves with.
        Some(code @ 3) if cfg!(windows) => language
            .of(format!("аварийная остановка (abort), код {code}"), format!("it stopped itself (abort), code {code}")),
        Some(code @ 0..=255) => language.of(format!("код {code}"), format!("code {code}")),
        // What Windows calls an exception code.
        code => {
            let code = code.unwrap_or(-1);
            language.of(format!("код {code:#x}"), format!("code {code:#x}"))
        }
    }
}
