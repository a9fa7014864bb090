//! Lines on their way to the file: a bounded queue, and a thread that is there while it is not empty.

use super::file::LogFile;
use crate::zmq;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// Lines that wait, at the most: a disk that hangs costs no more.
const MOST_WAITING: usize = 1_000;

/// Lines that may come at once, and so many each second: a script that fails in a loop shall not drive the rest out.
const AT_ONCE: u32 = 1_000;
const PER_SECOND: u32 = 100;

/// Bytes that go to the file by one write, at the most, but for one line.
const BATCH: usize = 64 * 1024;

/// How long the thread stays when there is nothing to write.
const STAYS: Duration = Duration::from_secs(1);

/// How long the end of the process may wait for what is left.
const LAST: Duration = Duration::from_millis(200);

/// The way to one file.
pub struct Writer(Arc<Shared>);

struct Shared {
    /// As the switch names it.
    place: Result<PathBuf, &'static str>,
    limit: u64,
    state: Mutex<State>,
    comes: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    counts: Counts,
    /// Lost, and not yet said so in the file.
    unsaid: u64,
    /// The thread is there, or about to be.
    runs: bool,
    writing: bool,
    allowance: Option<Allowance>,
}

/// What became of the lines.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Where they go; empty where they cannot.
    pub file: PathBuf,
    pub written: u64,
    pub lost: u64,
    /// Why the last lines were not written.
    pub error: Option<String>,
}

/// How many lines may come now.
struct Allowance {
    lines: f64,
    since: Instant,
}

impl Writer {
    pub fn new(path: Result<PathBuf, &'static str>, limit: u64) -> Self {
        // The thread's code must stay.
        let place = path.and_then(|path| match zmq::stay() {
            Ok(()) => Ok(path),
            Err(_) => Err("the library cannot be kept in memory"),
        });
        let error = place.as_ref().err().map(|&why| why.to_owned());
        let file = place.clone().unwrap_or_default();
        let state = State { counts: Counts { file, error, ..Counts::default() }, ..State::default() };
        Self(Arc::new(Shared { place, limit, state: Mutex::new(state), comes: Condvar::new() }))
    }

    pub fn counts(&self) -> Counts {
        self.0.state().counts.clone()
    }

    /// One more line, without its end.
    pub fn add(&self, line: String) {
        let mut state = self.0.state();
        if self.0.place.is_err() || state.lines.len() >= MOST_WAITING || !state.may_come() {
            state.lose(1);
            return;
        }
        state.lines.push_back(line);
        if !std::mem::replace(&mut state.runs, true) {
            let shared = self.0.clone();
            // Without a thread the lines wait for the next that comes.
            state.runs = thread::Builder::new().name("zmq-log".into()).spawn(move || shared.run()).is_ok();
        }
        drop(state);
        self.0.comes.notify_one();
    }

    /// Waits until all is written, a moment at the most. Whoever ends the process may have any lock.
    pub fn finish(&self) {
        let end = Instant::now() + LAST;
        while Instant::now() < end {
            let state = match self.0.state.try_lock() {
                Ok(state) => Some(state),
                Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            };
            if state.is_some_and(|state| !state.runs || (state.lines.is_empty() && !state.writing)) {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl State {
    fn lose(&mut self, lines: u64) {
        self.counts.lost += lines;
        self.unsaid += lines;
    }

    fn may_come(&mut self) -> bool {
        let now = Instant::now();
        let allowance = self.allowance.get_or_insert(Allowance { lines: AT_ONCE.into(), since: now });
        let earned = now.duration_since(allowance.since).as_secs_f64() * f64::from(PER_SECOND);
        allowance.lines = (allowance.lines + earned).min(AT_ONCE.into());
        allowance.since = now;
        let may = allowance.lines >= 1.0;
        allowance.lines -= f64::from(u8::from(may));
        may
    }

    /// The next lines to write, and how many they are.
    fn take(&mut self) -> (String, u64) {
        let (mut text, mut count) = (String::new(), 0);
        while let Some(line) = self.lines.front()
            && (text.is_empty() || text.len() + line.len() < BATCH)
        {
            text.push_str(line);
            text.push('\n');
            count += 1;
            self.lines.pop_front();
        }
        (text, count)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let gone = Gone(self);
        let Ok(place) = &self.place else { return };
        // Asked here: a disk that hangs keeps nobody else.
        let file = LogFile::at(place, self.limit);
        file.path().clone_into(&mut self.state().counts.file);
        while let Some((text, count, unsaid)) = self.next() {
            let said = if unsaid > 0 { format!("{}\n", super::lost(unsaid)) } else { String::new() };
            let text = format!("{said}{text}");
            let done = file.append(&text);
            let mut state = self.state();
            state.writing = false;
            match done {
                Ok(()) => {
                    state.counts.written += count;
                    state.counts.error = None;
                    state.unsaid -= unsaid;
                }
                Err(error) => {
                    state.lose(count);
                    state.counts.error = Some(error.to_string());
                }
            }
        }
        // Said under the lock already; another may run by now.
        std::mem::forget(gone);
    }

    /// Waits for lines; None when none came for a while.
    fn next(&self) -> Option<(String, u64, u64)> {
        let (mut state, waited) = self
            .comes
            .wait_timeout_while(self.state(), STAYS, |state| state.lines.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && state.lines.is_empty() {
            state.runs = false;
            return None;
        }
        state.writing = true;
        let (text, count) = state.take();
        Some((text, count, state.unsaid))
    }
}

/// A thread that breaks down leaves the next line a chance.
struct Gone<'a>(&'a Shared);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        (state.runs, state.writing) = (false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PATIENT: Duration = Duration::from_secs(20);

    fn place(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("addin-zeromq-writer-{}-{name}.log", std::process::id()));
        let _ = fs::remove_file(&place);
        place
    }

    fn settled(writer: &Writer) -> Counts {
        let end = Instant::now() + PATIENT;
        loop {
            let state = writer.0.state();
            if state.lines.is_empty() && !state.writing {
                return state.counts.clone();
            }
            drop(state);
            assert!(Instant::now() < end, "it does not write");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn lines_are_written_in_their_order_and_the_thread_comes_and_goes() {
        let place = place("order");
        let writer = Writer::new(Ok(place.clone()), 1 << 20);
        for number in 0..500 {
            writer.add(number.to_string());
        }
        assert_eq!((settled(&writer).written, settled(&writer).lost), (500, 0));
        let end = Instant::now() + PATIENT;
        while writer.0.state().runs {
            assert!(Instant::now() < end, "the thread stays");
            thread::sleep(Duration::from_millis(20));
        }
        writer.add("500".into());
        writer.finish();
        let text = fs::read_to_string(&place).unwrap();
        let numbers: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(numbers, (0..=500).collect::<Vec<_>>());
        fs::remove_file(place).unwrap();
    }

    #[test]
    fn a_flood_is_cut_and_the_file_says_how_much() {
        let place = place("flood");
        let writer = Writer::new(Ok(place.clone()), 1 << 20);
        for _ in 0..5_000 {
            writer.add("x".into());
        }
        let counts = settled(&writer);
        assert!((1_000..2_000).contains(&counts.written), "{counts:?}");
        assert_eq!(counts.written + counts.lost, 5_000);
        // As soon as something may come again.
        let end = Instant::now() + PATIENT;
        while settled(&writer).written == counts.written {
            assert!(Instant::now() < end, "nothing comes any more");
            thread::sleep(Duration::from_millis(20));
            writer.add("after".into());
        }
        let text = fs::read_to_string(&place).unwrap();
        let lost: Vec<serde_json::Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let said: u64 = lost.iter().map(|line| line["lines"].as_u64().unwrap()).sum();
        assert!(lost.iter().all(|line| line["event"] == "lost") && said >= counts.lost, "{lost:?} {counts:?}");
        fs::remove_file(place).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_the_reason_told_until_it_can() {
        let folder = place("absent");
        let place = folder.join("log");
        let writer = Writer::new(Ok(place.clone()), 1 << 20);
        writer.add("nowhere".into());
        let counts = settled(&writer);
        assert_eq!((counts.written, counts.lost), (0, 1));
        assert!(counts.error.is_some());
        fs::create_dir(&folder).unwrap();
        writer.add("somewhere".into());
        let counts = settled(&writer);
        assert_eq!((counts.written, counts.lost, counts.error), (1, 1, None));
        let text = fs::read_to_string(&place).unwrap();
        assert!(text.contains(r#""event":"lost""#) && text.contains(r#""lines":1"#) && text.ends_with("somewhere\n"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_wrong_switch_is_told_and_starts_nothing() {
        let writer = Writer::new(Err("the path is not absolute"), 1 << 20);
        writer.add("x".into());
        let counts = writer.counts();
        assert_eq!((counts.lost, counts.error.as_deref()), (1, Some("the path is not absolute")));
        assert!(!writer.0.state().runs && counts.file.as_os_str().is_empty());
    }

    /// The end of the process is not held up by a disk that hangs, nor by whoever has the lock.
    #[test]
    fn the_end_waits_a_moment_only() {
        let writer = Writer::new(Ok(place("end")), 1 << 20);
        let mut held = writer.0.state();
        held.runs = true;
        let start = Instant::now();
        writer.finish();
        assert!(start.elapsed() >= LAST && start.elapsed() < PATIENT);
        held.lines.push_back("never".into());
        drop(held);
        let start = Instant::now();
        writer.finish();
        assert!(start.elapsed() >= LAST && start.elapsed() < PATIENT);
    }
}
