//! What is told to the person who runs the program, in Russian or English.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::panic;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// No check takes so long on a machine that works.
const LIMIT: Duration = Duration::from_secs(90);

pub struct Report {
    english: bool,
    failures: usize,
    text: String,
}

impl Report {
    pub fn new(english: bool) -> Self {
        Self { english, failures: 0, text: String::new() }
    }

    pub fn failures(&self) -> usize {
        self.failures
    }

    pub fn english(&self) -> bool {
        self.english
    }

    fn choose(&self, russian: &'static str, english: &'static str) -> &'static str {
        if self.english { english } else { russian }
    }

    pub fn say(&mut self, russian: &'static str, english: &'static str) {
        let line = self.choose(russian, english);
        self.line(line);
    }

    fn line(&mut self, line: &str) {
        println!("{line}");
        let _ = writeln!(self.text, "{line}");
    }

    /// Runs a check on a thread of its own: a panic is its failure, a hang too.
    /// Its text, if any, is shown beside the verdict.
    pub fn check<F>(&mut self, russian: &'static str, english: &'static str, body: F) -> bool
    where
        F: FnOnce() -> Result<String, String> + Send + 'static,
    {
        let what = self.choose(russian, english);
        if std::io::stdout().is_terminal() {
            print!("  …   {what}\r");
            let _ = std::io::stdout().flush();
        }
        let started = Instant::now();
        let (answer, told) = mpsc::channel();
        thread::spawn(move || {
            let result = panic::catch_unwind(panic::AssertUnwindSafe(body));
            let _ = answer.send(result.unwrap_or_else(|panic| Err(words_of(&*panic))));
        });
        let result = told.recv_timeout(LIMIT).unwrap_or_else(|_| {
            Err(self.choose("не закончилось за 90 секунд", "did not end within 90 seconds").into())
        });
        let (mark, told, good) = match result {
            Ok(told) => (self.choose("  да  ", "  yes "), told, true),
            Err(told) => (self.choose(" НЕТ  ", "  NO  "), told, false),
        };
        self.failures += usize::from(!good);
        let told = if told.is_empty() { told } else { format!(": {told}") };
        self.line(&format!("{mark}{what}{told} ({} ms)", started.elapsed().as_millis()));
        good
    }

    pub fn conclude(&mut self, library: &Path) {
        let verdict = match (self.failures, self.english) {
            (0, false) => "Итог: компонента полностью работает на этой машине.".into(),
            (0, true) => "Result: the component works here in full.".into(),
            (n, false) => format!("Итог: не прошло проверок: {n}. Пришлите этот отчёт авторам компоненты."),
            (n, true) => format!("Result: {n} checks failed. Please send this report to the makers."),
        };
        self.line("");
        self.line(&verdict);
        let file = std::env::temp_dir().join("addin-selftest-report.txt");
        if std::fs::write(&file, format!("{}\n{}", library.display(), self.text)).is_ok() {
            println!("{} {}", self.choose("Отчёт сохранён:", "The report is kept in"), file.display());
        }
        // A window opened by a double click would close at once.
        if cfg!(windows) && std::env::args().len() == 1 && std::io::stdin().is_terminal() {
            println!("{}", self.choose("Нажмите Enter.", "Press Enter."));
            let _ = std::io::stdin().read_line(&mut String::new());
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_else(|| "panic".into())
}
