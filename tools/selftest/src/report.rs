//! The report: a line per check while they run, a watchdog that ends what hangs, a closing table.

use crate::language::{Language, Words};
use crate::system;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{panic, thread};

/// The exit code of a run whose check hung. Not 3: abort() leaves with that on Windows.
pub const HUNG: u8 = 4;
const NAME_WIDTH: usize = 58;
/// From here on a check's time is told.
const SLOW: Duration = Duration::from_secs(1);

/// How a check ended that did not fail; with a remark, or none.
pub enum Verdict {
    Well(String),
    /// The system lacks what is checked: no fault of the component.
    Absent(String),
}

pub type Outcome = Result<Verdict, String>;

#[derive(Default)]
struct Tally {
    section: String,
    well: u32,
    failed: u32,
    absent: u32,
    time: Duration,
}

/// The running check's name and the moment at which it hangs.
type Running = Arc<Mutex<Option<(String, Instant)>>>;

pub struct Report {
    language: Language,
    /// By what number time limits are multiplied.
    patience: f64,
    sections: Vec<Tally>,
    running: Running,
}

impl Report {
    pub fn new(language: Language, patience: f64) -> Self {
        let running = Running::default();
        let watched = running.clone();
        let (awake, is_awake) = mpsc::channel();
        thread::spawn(move || {
            // What a thread sets up at its first words needs the loader's lock, which a file that hangs in its
            // initialiser holds.
            print!("");
            let _ = awake.send(());
            watch(&watched, language);
        });
        let _ = is_awake.recv();
        // What panics say becomes the reason of a failed check.
        panic::set_hook(Box::new(|_| {}));
        Self { language, patience, sections: Vec::new(), running }
    }

    pub fn section(&mut self, title: Words) {
        let title = self.language.say(title);
        println!("\n{title}");
        self.sections.push(Tally { section: title.into(), ..Tally::default() });
    }

    /// Runs a check and tells how it ended; false when it failed.
    pub fn check(&mut self, name: &str, limit: Duration, body: impl FnOnce() -> Outcome) -> bool {
        // The name is seen before the check runs: should the process die, this is where.
        print!("  {name} {} ", ".".repeat(NAME_WIDTH.saturating_sub(name.chars().count()).max(3)));
        let _ = std::io::stdout().flush();
        let started = Instant::now();
        set(&self.running, Some((name.into(), started + limit.mul_f64(self.patience))));
        let outcome = panic::catch_unwind(panic::AssertUnwindSafe(body));
        set(&self.running, None);
        let outcome = outcome.unwrap_or_else(|panic| Err(words_of(&*panic)));
        let took = started.elapsed();
        let absent = self.language.of("НЕ ПОДДЕРЖИВАЕТСЯ СИСТЕМОЙ", "NOT SUPPORTED BY THIS SYSTEM");
        let (mark, remark) = match &outcome {
            Ok(Verdict::Well(remark)) => ("OK", remark),
            Ok(Verdict::Absent(remark)) => (absent, remark),
            Err(reason) => ("FAIL", reason),
        };
        let colon = if remark.is_empty() { "" } else { ": " };
        let slow = if took >= SLOW { format!(" [{:.1} s]", took.as_secs_f64()) } else { String::new() };
        println!("{mark}{slow}{colon}{remark}");
        let tally = self.sections.last_mut().expect("a check belongs to a section");
        tally.time += took;
        match outcome {
            Ok(Verdict::Well(_)) => tally.well += 1,
            Ok(Verdict::Absent(_)) => tally.absent += 1,
            Err(_) => tally.failed += 1,
        }
        outcome.is_ok()
    }

    /// The closing table; true when nothing failed.
    pub fn conclude(&mut self) -> bool {
        let sum = self.sections.iter().fold(Tally::default(), |sum, one| Tally {
            section: self.language.of("Всего", "In all").into(),
            well: sum.well + one.well,
            failed: sum.failed + one.failed,
            absent: sum.absent + one.absent,
            time: sum.time + one.time,
        });
        let failed = sum.failed;
        let heads = self.language.of(
            ["Раздел", "OK", "FAIL", "не поддержано", "секунд"],
            ["Section", "OK", "FAIL", "not supported", "seconds"],
        );
        println!("\n{:<32}{:>6}{:>6}{:>16}{:>9}", heads[0], heads[1], heads[2], heads[3], heads[4]);
        for Tally { section, well, failed, absent, time } in self.sections.iter().chain([&sum]) {
            println!("{section:<32}{well:>6}{failed:>6}{absent:>16}{:>9.1}", time.as_secs_f64());
        }
        println!();
        if failed == 0 {
            println!(
                "{}",
                self.language.of("Компонента исправна на этом компьютере.", "The component works on this computer.")
            );
        } else {
            println!(
                "{}",
                self.language.of(
                    format!("Не пройдено проверок: {failed}. Пришлите этот отчёт целиком авторам компоненты."),
                    format!("Checks failed: {failed}. Please send this whole report to the component's authors."),
                )
            );
        }
        failed == 0
    }
}

fn set(running: &Running, what: Option<(String, Instant)>) {
    *running.lock().unwrap_or_else(PoisonError::into_inner) = what;
}

fn watch(running: &Running, language: Language) {
    loop {
        thread::sleep(Duration::from_millis(20));
        // Held to the end: a check that ends right now must not print between these lines.
        let running = running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, end)) = &*running
            && Instant::now() > *end
        {
            println!("FAIL");
            println!(
                "\n{}",
                language.of(
                    format!("Зависла проверка «{name}»; программа прервана. Пришлите этот отчёт авторам компоненты."),
                    format!(
                        "The check \"{name}\" hangs; broken off. Please send this report to the component's authors."
                    ),
                )
            );
            let _ = std::io::stdout().flush();
            system::end_now(HUNG);
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_else(|| "panic".into())
}
