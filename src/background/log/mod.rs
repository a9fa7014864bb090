//! A log that an administrator switches on from outside: what sockets are opened, bound, connected and closed, what fails.
//! Never content, never a secret. Lines are written by a thread of its own: no call waits for a disk.

mod connections;
mod file;
mod passing;
mod switch;
mod writer;

use super::json::JsonObject;
use super::utc;
use crate::handle::Id;
use crate::zmq;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;
use writer::Writer;

pub use connections::{Parting, forget, know};

/// Longer endpoints are cut.
const LONGEST_ENDPOINT: usize = 300;

/// Known not to be switched on, which is asked once in a process.
static OFF: AtomicBool = AtomicBool::new(false);

static LOG: OnceLock<Option<Log>> = OnceLock::new();

struct Log {
    writer: Writer,
    /// A forked child has neither the thread nor a lock that is sure to be free.
    process: u32,
    limit: u64,
}

/// One line: what happened to whom. What is empty is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    /// What happened: `bind`.
    pub event: &'a str,
    /// The object's class: `Rep`.
    pub class: &'a str,
    /// The socket's number.
    pub socket: Option<Id>,
    /// The method or property that failed, where `event` does not say.
    pub member: &'a str,
    /// Fit to be shown: see `objects::address::shown`.
    pub endpoint: &'a str,
    /// The address of the connection's other side.
    pub peer: &'a str,
    /// The code of what went wrong: `EADDRINUSE`.
    pub error: &'a str,
    /// Messages that were sent and received, where the socket ends.
    pub traffic: Option<(u64, u64)>,
}

/// Whether there is a log. One load where there is none.
#[inline]
pub fn is_on() -> bool {
    !OFF.load(Ordering::Relaxed) && log().is_some()
}

/// Writes a line, in a while. Waits for nobody.
pub fn note(entry: &Entry<'_>) {
    if let Some(log) = log() {
        log.writer.add(line(entry));
    }
}

/// Writes that a call of an object failed, where there is a log.
pub fn note_failed(class: &str, socket: Option<Id>, member: &str, error: &str) {
    if is_on() {
        note(&Entry { event: "error", class, socket, member, error, ..Entry::default() });
    }
}

/// Whether there is a log, where it is, what became of the lines: as JSON.
pub fn state() -> String {
    let Some(log) = log() else {
        return JsonObject::new().value("on", false).text("switch", &switch::file()).end();
    };
    let counts = log.writer.counts();
    let object = JsonObject::new()
        .value("on", true)
        .text("file", &counts.file.to_string_lossy())
        .value("limitMb", log.limit >> 20);
    let object = object.text("switch", &switch::file()).value("written", counts.written).value("lost", counts.lost);
    match counts.error {
        Some(error) => object.text("error", &error),
        None => object.optional("error", None::<bool>),
    }
    .end()
}

#[cold]
fn log() -> Option<&'static Log> {
    if OFF.load(Ordering::Relaxed) || zmq::is_forked() {
        return None;
    }
    let log = LOG.get_or_init(|| {
        let log = switch::read().map(begin);
        OFF.store(log.is_none(), Ordering::Relaxed);
        log
    });
    log.as_ref().filter(|log| log.process == process::id())
}

fn begin(settings: switch::Settings) -> Log {
    let writer = Writer::new(settings.path, settings.limit);
    writer.add(start(settings.limit));
    if writer.counts().error.is_none() {
        // The library stays.
        zmq::at_exit(write_what_is_left);
        zmq::witness(connections::hear);
    }
    Log { writer, process: process::id(), limit: settings.limit }
}

/// The last lines would go with the thread.
extern "C" fn write_what_is_left() {
    if let Some(log) = LOG.get().and_then(Option::as_ref).filter(|log| log.process == process::id()) {
        log.writer.finish();
    }
}

fn head(event: &str) -> JsonObject {
    let line = JsonObject::new().text("time", &utc(SystemTime::now()));
    line.value("pid", process::id()).value("thread", zmq::thread_number()).text("event", event)
}

fn start(limit: u64) -> String {
    let program = std::env::current_exe().ok();
    let program = program.as_ref().and_then(|path| path.file_name()).unwrap_or_default().to_string_lossy();
    let (major, minor, patch) = zmq::version();
    head("start")
        .text("program", &program)
        .text("addin", env!("CARGO_PKG_VERSION"))
        .text("zeromq", &format!("{major}.{minor}.{patch}"))
        .value("limitMb", limit >> 20)
        .end()
}

/// So many lines before this one were not written.
fn lost(count: u64) -> String {
    head("lost").value("lines", count).end()
}

fn line(entry: &Entry<'_>) -> String {
    let endpoint: String = entry.endpoint.chars().take(LONGEST_ENDPOINT).collect();
    let mut line = head(entry.event).text("class", entry.class);
    if let Some(socket) = entry.socket {
        line = line.value("socket", socket);
    }
    let texts = [("member", entry.member), ("endpoint", &endpoint), ("peer", entry.peer), ("error", entry.error)];
    for (name, value) in texts {
        if !value.is_empty() {
            line = line.text(name, value);
        }
    }
    if let Some((sent, received)) = entry.traffic {
        line = line.value("sentMessages", sent).value("receivedMessages", received);
    }
    line.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_what_is_known_and_stays_one_line() {
        let entry =
            Entry { event: "bind", class: "Rep", socket: Some(7), endpoint: "inproc://a\nb", ..Entry::default() };
        let written = line(&entry);
        assert_eq!(written.lines().count(), 1);
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!((&read["event"], &read["class"], &read["socket"]), (&"bind".into(), &"Rep".into(), &7.into()));
        assert_eq!((&read["endpoint"], &read["pid"]), (&"inproc://a\nb".into(), &process::id().into()));
        assert!(read["thread"].as_u64().is_some_and(|thread| thread > 0));
        assert!(read["time"].as_str().is_some_and(|time| time.len() == 24 && time.ends_with('Z')));
        assert!(read.get("error").is_none() && read.get("member").is_none());
        let long = "x".repeat(10_000);
        assert!(line(&Entry { endpoint: &long, ..entry }).len() < 500);
    }
}
