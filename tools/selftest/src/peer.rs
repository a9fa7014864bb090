//! A second process of this program, which echoes: what background jobs and other programs are in life.

use crate::bench::{Bench, call, same, session, text};
use crate::ending;
use crate::language::Language;
use host::{Library, Object, Value, command, patient, secs, start, wait};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

/// The argument that makes a process a peer; the component's file, the endpoint and the language follow it.
pub const ORDER: &str = "--peer";
const STOP: &str = "стоп";

pub struct Peer {
    child: Child,
    /// Held to the end: it may have more to say.
    out: BufReader<ChildStdout>,
    language: Language,
    /// Where it listens.
    pub endpoint: String,
}

impl Peer {
    /// Starts it, with `temp` as its folder for temporary files if given, and waits until it listens.
    pub fn start(bench: &Bench, endpoint: &str, temp: Option<&Path>) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut order = command(&own);
        order
            .arg(ORDER)
            .arg(&bench.file)
            .arg(endpoint)
            .arg(bench.language.code())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let Some(temp) = temp {
            order.envs(["TEMP", "TMP", "TMPDIR"].map(|name| (name, temp)));
        }
        let mut child = start(&mut order).map_err(|e| format!("{}: {e}", own.display()))?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("stdout")?;
        let mut peer = Self { child, out: BufReader::new(out), language: bench.language, endpoint: String::new() };
        peer.out.read_line(&mut line).map_err(|e| e.to_string())?;
        match line.trim().split_once(' ') {
            Some(("listens", endpoint)) => peer.endpoint = endpoint.into(),
            _ => {
                let end = wait(&mut peer.child, patient(secs(20)));
                let end = end.map_or_else(|| peer.runs_on().into(), |status| ending::in_words(status, bench.language));
                return Err(format!("{ORDER}: {} ({end})", line.trim()));
            }
        }
        Ok(peer)
    }

    fn runs_on(&self) -> &'static str {
        self.language.of("процесс не завершился", "the process runs on")
    }

    /// Asks it to leave, and waits until it has.
    pub fn stop(mut self, req: &Object) -> Result<(), String> {
        call(req, "Send", &[Value::blob(STOP)])?;
        same("Recv", &call(req, "Recv", &[])?, &Value::blob(STOP))?;
        match wait(&mut self.child, patient(secs(30))) {
            Some(status) if status.success() => Ok(()),
            Some(status) => {
                let mut last = String::new();
                let _ = self.out.read_to_string(&mut last);
                Err(format!("{ORDER}: {} ({})", last.trim(), ending::in_words(status, self.language)))
            }
            None => Err(format!("{ORDER}: {}", self.runs_on())),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The peer's own process; what fails is told on its first line, or by its code.
pub fn main(file: PathBuf, endpoint: &str, language: &OsStr) -> Result<(), String> {
    let language = Language::by_code(language);
    let library = Library::load(&file)?;
    let host = session(&library, language);
    let rep = host.create("ZeroMQ.Rep");
    call(&rep, "Bind", &[endpoint.into()])?;
    println!("listens {}", text(&rep, "LastEndpoint")?);
    loop {
        let request = call(&rep, "Recv", &[])?;
        if request == Value::Empty {
            return Err(language.of("никто не спрашивает", "nobody asks").into());
        }
        let stop = request == Value::blob(STOP);
        call(&rep, "Send", &[request])?;
        if stop {
            return Ok(());
        }
    }
}
