//! Odd paths, loads and unloads, and what is left behind.

use super::Check;
use crate::bench::{Bench, call, same, session, text};
use crate::language::{Language, Words};
use crate::peer::Peer;
use crate::report::{Outcome, Verdict};
use crate::{forbidden, socket_paths, system};
use host::{Counts, Library, Transport, Value};
use std::path::Path;
use std::sync::Arc;

pub const TABLE: &[Check] = &[
    (("Загрузка из каталога с кириллицей и пробелом", "Loading from a folder with Cyrillic and a space"), odd_folder),
    (("Каталог TEMP с кириллицей: tcp", "A TEMP folder with Cyrillic: tcp"), |b| {
        odd_temp(b, Transport::Tcp)
    }),
    (("Каталог TEMP с кириллицей: ipc", "A TEMP folder with Cyrillic: ipc"), |b| {
        b.over_unix(&socket_paths::any_socket(&socket_paths::odd_temp(&b.folder)), || odd_temp(b, Transport::Ipc))
    }),
    (("Путь ipc с кириллицей", "A path of ipc with Cyrillic"), |b| {
        b.over_unix(&socket_paths::odd_socket(&b.folder), || odd_endpoint(b))
    }),
    (
        ("Повторные загрузка и выгрузка, без сокетов", "Loading and unloading again, without sockets"),
        |b| again(b, 30, false),
    ),
    (
        ("Повторные загрузка и выгрузка, с сокетами", "Loading and unloading again, with sockets"),
        |b| again(b, 15, true),
    ),
    (("Утечки памяти хоста", "Leaks of the host's memory"), leaks),
];

/// As a user's folder may be called.
const ODD: &str = "Юзер Ёлкин";

/// Loads a copy of the file that lies in the bench's `folder`.
fn with_copy(bench: &Bench, folder: &str, body: impl FnOnce(&Path, Arc<Library>) -> Outcome) -> Outcome {
    let folder = bench.folder.join(folder);
    let name = bench.file.file_name().unwrap_or_default();
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let copy = folder.join(name);
    std::fs::copy(&bench.file, &copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    match Library::load(&copy) {
        Ok(library) => body(&copy, library),
        Err(words) => match forbidden::meaning(&words, system::is_noexec(&folder)) {
            Some(meaning) => Ok(Verdict::Absent(format!("{}: {}", folder.display(), bench.language.say(meaning)))),
            None => Err(words),
        },
    }
}

/// Req and Rep of that library, in one process.
fn exchange(bench: &Bench, library: &Arc<Library>, endpoint: &str) -> Result<(), String> {
    let host = session(library, Language::Russian);
    let (req, rep) = (host.create("ZeroMQ.Req"), host.create("ZeroMQ.Rep"));
    call(&rep, "Bind", &[endpoint.into()])?;
    call(&req, "Connect", &[text(&rep, "LastEndpoint")?.into()])?;
    call(&req, "Send", &[Value::blob("?")])?;
    same("Rep.Recv", &call(&rep, "Recv", &[])?, &Value::blob("?"))?;
    call(&rep, "Send", &[Value::blob("!")])?;
    same("Req.Recv", &call(&req, "Recv", &[])?, &Value::blob("!"))?;
    drop((req, rep));
    clean(&host, bench.language)
}

fn clean(host: &host::Host, language: Language) -> Result<(), String> {
    let (live, counts) = (host.memory().live(), host.memory().counts());
    let faults = faults(u64::try_from(live).unwrap_or(u64::MAX), &counts);
    if faults.is_empty() {
        return Ok(());
    }
    let words: Vec<_> = faults.iter().map(|(what, n)| format!("{}: {n}", language.say(*what))).collect();
    Err(words.join(", "))
}

fn faults(live: u64, counts: &Counts) -> Vec<(Words, u64)> {
    let mut all = vec![
        (("не освобождено блоков памяти", "blocks of memory not freed"), live),
        (("освобождено чужих указателей", "foreign pointers freed"), counts.foreign),
        (("блоков освобождено дважды", "blocks freed twice"), counts.freed_twice),
        (("выделений по 0 байт", "allocations of 0 bytes"), counts.zero_sized),
        (("блоков с записью за их концом", "blocks written past their end"), counts.overrun),
        (("блоков с записью после освобождения", "blocks written after they were freed"), counts.used_after_free),
    ];
    all.retain(|(_, n)| *n > 0);
    all
}

/// A copy is another instance, with a context of its own.
fn odd_folder(bench: &Bench) -> Outcome {
    with_copy(bench, ODD, |_, library| {
        exchange(bench, &library, "tcp://127.0.0.1:*")?;
        let other = session(&library, bench.language).create("ZeroMQ.Info");
        if text(&other, "Instance")? == text(&bench.make("ZeroMQ.Info"), "Instance")? {
            return Err("Instance".into());
        }
        Bench::well()
    })
}

/// libzmq on Windows keeps sockets of its own in this folder.
fn odd_temp(bench: &Bench, transport: Transport) -> Outcome {
    let folder = socket_paths::odd_temp(&bench.folder);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let endpoint = if transport == Transport::Ipc { "ipc://*".into() } else { bench.endpoint(transport) };
    let peer = Peer::start(bench, &endpoint, Some(&folder))?;
    let req = bench.make("ZeroMQ.Req");
    call(&req, "Connect", &[(&peer.endpoint).into()])?;
    call(&req, "SetRecvTimeout", &[50_000.into()])?;
    peer.stop(&req)?;
    Bench::well()
}

fn odd_endpoint(bench: &Bench) -> Outcome {
    let endpoint = format!("ipc://{}", socket_paths::odd_socket(&bench.folder).display());
    exchange(bench, bench.library(), &endpoint)?;
    Bench::well()
}

/// The library stays once a socket was made: it pins itself.
fn again(bench: &Bench, times: u32, sockets: bool) -> Outcome {
    with_copy(bench, if sockets { "again-with" } else { "again" }, |file, library| {
        library.unload()?;
        load_again(bench, file, times, sockets)
    })
}

fn load_again(bench: &Bench, file: &Path, times: u32, sockets: bool) -> Outcome {
    for n in 0..times {
        let library = Library::load(file)?;
        if sockets {
            exchange(bench, &library, &format!("inproc://again-{n}"))?;
            exchange(bench, &library, "tcp://127.0.0.1:*")?;
        } else {
            let host = session(&library, Language::English);
            text(&host.create("ZeroMQ.Info"), "Instance")?;
            let _ = host.create("ZeroMQ.Req");
            clean(&host, bench.language)?;
        }
        library.unload()?;
    }
    // New sockets of the copy that stayed still work, as do those of the system.
    exchange(bench, bench.library(), "tcp://127.0.0.1:*")?;
    Ok(Verdict::Well(format!("{times}{}", if system::has_unix_sockets() { "" } else { ", AF_UNIX: -" })))
}

fn leaks(bench: &Bench) -> Outcome {
    let mut allocated = 0;
    for host in [Language::Russian, Language::English].map(|language| bench.host_in(language)) {
        clean(host, bench.language)?;
        allocated += host.memory().counts().allocated;
    }
    Ok(Verdict::Well(
        bench
            .language
            .of(format!("выделено {allocated}, не освобождено 0"), format!("{allocated} allocated, 0 not freed")),
    ))
}
