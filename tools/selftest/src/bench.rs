//! What every check works with: the loaded component, hosts of both languages, endpoints that nobody else uses.

use crate::language::Language;
use crate::report::{Outcome, Verdict};
use crate::{socket_paths, system};
use host::{CallFailed, Host, Library, Object, Refusal, Settings, Transport, Value};
use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Bench {
    pub language: Language,
    pub file: PathBuf,
    /// Fresh, and removed after the run.
    pub folder: PathBuf,
    library: OnceCell<(Arc<Library>, Host, Host)>,
    number: Cell<u32>,
}

impl Bench {
    pub fn new(language: Language, file: PathBuf, folder: PathBuf) -> Self {
        Self { language, file, folder, library: OnceCell::new(), number: Cell::new(0) }
    }

    /// Takes a loaded library for all the checks that follow.
    pub fn hold(&self, library: Arc<Library>) {
        let hosts = [Language::Russian, Language::English].map(|language| session(&library, language));
        let [russian, english] = hosts;
        let _ = self.library.set((library, russian, english));
    }

    fn held(&self) -> &(Arc<Library>, Host, Host) {
        self.library.get().expect("the first check loads it")
    }

    pub fn library(&self) -> &Arc<Library> {
        &self.held().0
    }

    /// A session whose user reads `language`.
    pub fn host_in(&self, language: Language) -> &Host {
        language.of(&self.held().1, &self.held().2)
    }

    pub fn host(&self) -> &Host {
        self.host_in(self.language)
    }

    pub fn make(&self, class: &str) -> Object {
        self.host().create(class)
    }

    /// A text for Bind. Only loopback: another address would raise a firewall's question.
    pub fn endpoint(&self, transport: Transport) -> String {
        self.number.set(self.number.get() + 1);
        let number = self.number.get();
        match transport {
            Transport::Inproc => format!("inproc://самопроверка-{number}"),
            Transport::Ipc => format!("ipc://{}", socket_paths::socket(&self.folder, number).display()),
            Transport::Tcp => "tcp://127.0.0.1:*".into(),
        }
    }

    /// `receiver` bound, `sender` connected to it.
    pub fn pair(&self, sender: &str, receiver: &str, transport: Transport) -> Result<(Object, Object), String> {
        let (sender, receiver) = (self.make(sender), self.make(receiver));
        call(&receiver, "Bind", &[self.endpoint(transport).into()])?;
        call(&sender, "Connect", &[text(&receiver, "LastEndpoint")?.into()])?;
        call(&receiver, "SetRecvTimeout", &[50_000.into()])?;
        Ok((sender, receiver))
    }

    pub fn well() -> Outcome {
        Ok(Verdict::Well(String::new()))
    }

    /// A check over a transport that this system may not have.
    pub fn over(&self, transport: Transport, body: impl FnOnce() -> Outcome) -> Outcome {
        if transport == Transport::Ipc {
            return self.over_unix(&socket_paths::last_socket(&self.folder), body);
        }
        body()
    }

    /// A check over a socket file of that path, or of one as long.
    pub fn over_unix(&self, path: &Path, body: impl FnOnce() -> Outcome) -> Outcome {
        if !system::has_unix_sockets() {
            return Ok(Verdict::Absent(self.language.of("в этой Windows нет AF_UNIX", "no AF_UNIX here").into()));
        }
        let bytes = socket_paths::bytes(path);
        body().or_else(|why| {
            if bytes <= socket_paths::LIMIT || !why.contains("[ENAMETOOLONG]") {
                return Err(why);
            }
            let (path, limit) = (path.display(), socket_paths::LIMIT);
            Ok(Verdict::Absent(self.language.of(
                format!("путь длиннее, чем позволяет AF_UNIX: {bytes} байт, а можно {limit}: {path}"),
                format!("the path is too long for AF_UNIX: {bytes} bytes, the limit is {limit}: {path}"),
            )))
        })
    }
}

/// A session of a platform in that language; leaks are counted in the end, not by its drop.
pub fn session(library: &Arc<Library>, language: Language) -> Host {
    let (locale, code) = language.of(("ru_RU", "ru"), ("en_US", "en"));
    let settings =
        Settings { locale: Some(locale.into()), ui_language: Some(code.into()), strict: false, ..Settings::default() };
    Host::with(library, settings)
}

/// A call that must succeed.
pub fn call(object: &Object, name: &str, args: &[Value]) -> Result<Value, String> {
    object.call(name, args).map_err(|failed| in_words(&failed))
}

/// A call that the component must refuse.
pub fn refused(object: &Object, name: &str, args: &[Value]) -> Result<CallFailed, String> {
    match object.call(name, args) {
        Err(failed) if failed.refusal == Refusal::Refused => Ok(failed),
        Err(failed) => Err(in_words(&failed)),
        Ok(value) => Err(format!("{}.{name} -> {}", object.class(), value.brief())),
    }
}

/// A property that holds text.
pub fn text(object: &Object, name: &str) -> Result<String, String> {
    match object.get(name).map_err(|failed| in_words(&failed))? {
        Value::Text(text) => Ok(text),
        other => Err(format!("{}.{name} = {}", object.class(), other.brief())),
    }
}

/// Holds what came against what must come.
pub fn same(what: &str, got: &Value, wanted: &Value) -> Result<(), String> {
    if got == wanted { Ok(()) } else { Err(format!("{what}: {} ≠ {}", shown(got), shown(wanted))) }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Blob(bytes) if bytes.len() <= 100 => format!("«{}»", String::from_utf8_lossy(bytes)),
        other => other.brief(),
    }
}

fn in_words(failed: &CallFailed) -> String {
    match failed.refusal {
        Refusal::Refused => format!("{}: {} [{}]", failed.what, failed.last_error, failed.code),
        _ => failed.to_string(),
    }
}
