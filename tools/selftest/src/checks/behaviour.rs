//! Waiting, errors and addresses.

use super::Check;
use crate::bench::{Bench, call, refused, same, text};
use crate::language::Language;
use crate::report::{Outcome, Verdict};
use crate::{socket_paths, system};
use host::{Transport, Value};
use std::time::{Duration, Instant};

pub const TABLE: &[Check] = &[
    (("Таймаут получения", "Receive timeout"), receive_timeout),
    (("Таймаут отправки", "Send timeout"), send_timeout),
    (("Новый запрос после таймаута", "A new request after a timeout"), request_again),
    (
        ("Занятый адрес (EADDRINUSE), по-русски", "An address in use (EADDRINUSE), in Russian"),
        |b| in_use(b, Language::Russian),
    ),
    (
        ("Занятый адрес (EADDRINUSE), по-английски", "An address in use (EADDRINUSE), in English"),
        |b| in_use(b, Language::English),
    ),
    (("Параметр не того типа, по-русски", "A parameter of a wrong type, in Russian"), |b| {
        wrong_type(b, Language::Russian)
    }),
    (
        ("Параметр не того типа, по-английски", "A parameter of a wrong type, in English"),
        |b| wrong_type(b, Language::English),
    ),
    (("TCP без ZeroMQ (Stream)", "TCP without ZeroMQ (Stream)"), raw),
    (("Порт выбирает система (tcp://…:*)", "The system chooses the port (tcp://…:*)"), any_port),
    (("Путь выбирает система (ipc://*)", "The system chooses the path (ipc://*)"), |b| {
        b.over_unix(&socket_paths::any_socket(&socket_paths::temp_of_libzmq()), || any_path(b))
    }),
    (("Сокеты AF_UNIX в системе", "Sockets of AF_UNIX in the system"), unix_sockets),
];

/// Bytes and notices between a server of TCP and its client.
fn raw(bench: &Bench) -> Outcome {
    let (server, client) = bench.pair("ZeroMQ.Stream", "ZeroMQ.Stream", Transport::Tcp)?;
    let mut identities = Vec::new();
    for stream in [&server, &client] {
        same("RecvMultipart", &call(stream, "RecvMultipart", &[])?, &Value::i4(2))?;
        identities.push(call(stream, "GetPart", &[0.into()])?);
        same("GetPart", &call(stream, "GetPart", &[1.into()])?, &Value::blob(""))?;
    }
    let line = Value::blob("строка\r\n");
    for (from, to, identity) in [(&client, &server, &identities[1]), (&server, &client, &identities[0])] {
        same("SendTo", &call(from, "SendTo", &[identity.clone(), line.clone()])?, &Value::Bool(true))?;
        same("RecvMultipart", &call(to, "RecvMultipart", &[])?, &Value::i4(2))?;
        same("GetPart", &call(to, "GetPart", &[1.into()])?, &line)?;
    }
    Bench::well()
}

/// A machine under load wakes late.
const LATE: Duration = Duration::from_secs(20);

/// That `wait` gives `wanted` after `timeout` ms and not before.
fn timed(timeout: i32, wanted: &Value, wait: impl FnOnce() -> Result<Value, String>) -> Result<(), String> {
    let started = Instant::now();
    let got = wait()?;
    let took = started.elapsed();
    same("", &got, wanted)?;
    let timeout = Duration::from_millis(u64::try_from(timeout).unwrap_or(0));
    // Windows counts time in ticks of 15 ms.
    if took + Duration::from_millis(16) < timeout || took > timeout + LATE {
        return Err(format!("{took:?} ≠ {timeout:?}"));
    }
    Ok(())
}

fn receive_timeout(bench: &Bench) -> Outcome {
    for transport in [Transport::Inproc, Transport::Tcp] {
        let pull = bench.make("ZeroMQ.Pull");
        call(&pull, "Bind", &[bench.endpoint(transport).into()])?;
        for timeout in [0, 1, 300] {
            call(&pull, "SetRecvTimeout", &[timeout.into()])?;
            timed(timeout, &Value::Empty, || call(&pull, "Recv", &[]))?;
            timed(timeout, &Value::Empty, || call(&pull, "RecvMultipart", &[]))?;
        }
    }
    Bench::well()
}

fn send_timeout(bench: &Bench) -> Outcome {
    let push = bench.make("ZeroMQ.Push");
    call(&push, "Bind", &[bench.endpoint(Transport::Tcp).into()])?;
    for timeout in [0, 300] {
        call(&push, "УстановитьТаймаутОтправки", &[timeout.into()])?;
        timed(timeout, &Value::Bool(false), || call(&push, "Send", &[Value::blob("никому")]))?;
    }
    Bench::well()
}

fn request_again(bench: &Bench) -> Outcome {
    let (req, rep) = bench.pair("ZeroMQ.Req", "ZeroMQ.Rep", Transport::Tcp)?;
    call(&req, "Send", &[Value::blob("первый")])?;
    call(&req, "SetRecvTimeout", &[100.into()])?;
    same("Recv", &call(&req, "Recv", &[])?, &Value::Empty)?;
    call(&req, "Send", &[Value::blob("второй")])?;
    call(&req, "SetRecvTimeout", &[50_000.into()])?;
    for _ in 0..2 {
        let request = call(&rep, "Recv", &[])?;
        call(&rep, "Send", &[request])?;
    }
    same("Recv", &call(&req, "Recv", &[])?, &Value::blob("второй"))?;
    Bench::well()
}

/// That a refusal has this code and speaks this language, with these words in it; the next success clears it.
fn explained(got: &host::CallFailed, language: Language, code: &str, words: &[&str]) -> Result<(), String> {
    let russian = got.last_error.chars().any(|c| ('а'..='я').contains(&c));
    if got.code != code
        || russian != (language == Language::Russian)
        || words.iter().any(|w| !got.last_error.contains(w))
    {
        return Err(format!("{} [{}]", got.last_error, got.code));
    }
    Ok(())
}

fn in_use(bench: &Bench, language: Language) -> Outcome {
    let host = bench.host_in(language);
    let (first, second) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Rep"));
    call(&first, "Bind", &["tcp://127.0.0.1:*".into()])?;
    let taken = text(&first, "LastEndpoint")?;
    let failed = refused(&second, "Bind", &[(&taken).into()])?;
    explained(&failed, language, "EADDRINUSE", &[&taken])?;
    call(&second, "Bind", &["tcp://127.0.0.1:*".into()])?;
    same("LastError", &text(&second, "LastError")?.into(), &"".into())?;
    Ok(Verdict::Well(if bench.language == language { failed.last_error } else { String::new() }))
}

fn wrong_type(bench: &Bench, language: Language) -> Outcome {
    let push = bench.host_in(language).create("ZeroMQ.Push");
    let failed = refused(&push, "Bind", &[5.into()])?;
    explained(&failed, language, "EINVAL", &[language.of("Строка", "String")])?;
    call(&push, "Bind", &[bench.endpoint(Transport::Inproc).into()])?;
    let failed = refused(&push, "Send", &["text".into()])?;
    explained(&failed, language, "EINVAL", &[language.of("ДвоичныеДанные", "BinaryData")])?;
    Bench::well()
}

fn any_port(bench: &Bench) -> Outcome {
    let rep = bench.make("ZeroMQ.Rep");
    call(&rep, "Bind", &["tcp://127.0.0.1:*".into()])?;
    let real = text(&rep, "LastEndpoint")?;
    let port = real.strip_prefix("tcp://127.0.0.1:").and_then(|port| port.parse::<u16>().ok());
    if port.is_none_or(|port| port == 0) {
        return Err(format!("LastEndpoint = {real}"));
    }
    // Unbind takes the very text of Bind, and the address is free afterwards.
    call(&rep, "Unbind", &["tcp://127.0.0.1:*".into()])?;
    call(&rep, "Bind", &[(&real).into()])?;
    talk(bench, &rep, &real)?;
    Ok(Verdict::Well(real))
}

fn any_path(bench: &Bench) -> Outcome {
    let rep = bench.make("ZeroMQ.Rep");
    call(&rep, "Bind", &["ipc://*".into()])?;
    let real = text(&rep, "LastEndpoint")?;
    if !real.starts_with("ipc://") || real == "ipc://*" {
        return Err(format!("LastEndpoint = {real}"));
    }
    talk(bench, &rep, &real)?;
    call(&rep, "Unbind", &["ipc://*".into()])?;
    Ok(Verdict::Well(real))
}

fn talk(bench: &Bench, rep: &host::Object, endpoint: &str) -> Result<(), String> {
    let req = bench.make("ZeroMQ.Req");
    call(&req, "Connect", &[endpoint.into()])?;
    for object in [&req, rep] {
        call(object, "SetRecvTimeout", &[50_000.into()])?;
    }
    call(&req, "Send", &[Value::blob("?")])?;
    same("Rep.Recv", &call(rep, "Recv", &[])?, &Value::blob("?"))?;
    call(rep, "Send", &[Value::blob("!")])?;
    same("Req.Recv", &call(&req, "Recv", &[])?, &Value::blob("!"))
}

/// Where the system has none, ipc is refused in words; where it has them, the exchange above was over them.
fn unix_sockets(bench: &Bench) -> Outcome {
    if system::has_unix_sockets() {
        return Ok(Verdict::Well(bench.language.of("есть, ipc работает через них", "there, ipc uses them").into()));
    }
    let failed = refused(&bench.make("ZeroMQ.Rep"), "Bind", &[bench.endpoint(Transport::Ipc).into()])?;
    if failed.last_error.is_empty() || failed.code.is_empty() {
        return Err("LastError = \"\"".into());
    }
    Ok(Verdict::Absent(failed.last_error))
}
