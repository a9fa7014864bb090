//! The checks themselves.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs, panic};

use host::{Host, Library, Place, Transport, Value, args};

use crate::INNER;
use crate::report::Report;

type Told = Result<String, String>;

const CLASSES: [&str; 7] =
    ["ZeroMQ.Req", "ZeroMQ.Rep", "ZeroMQ.Pub", "ZeroMQ.Sub", "ZeroMQ.Push", "ZeroMQ.Pull", "ZeroMQ.Info"];

pub fn all(report: &mut Report, library: &Path) {
    panic::set_hook(Box::new(|_| ()));
    report.say("Самопроверка компоненты addin-zeromq", "Self-test of the component addin-zeromq");
    report.check("Система", "System", || Ok(system()));
    let file = library.to_owned();
    if !report.check("Файл компоненты загружается", "The component's file loads", move || {
        load(&file).map(|_| shown(&file))
    }) {
        return;
    }
    let file = library.to_owned();
    report.check("Семь объектов создаются", "The seven objects are made", move || {
        seven_objects(&file)
    });
    sockets(report, library);
    let (file, english) = (library.to_owned(), report.english());
    report.check(
        "Временная папка с русскими буквами в имени",
        "A temporary folder with Cyrillic letters in its name",
        move || cyrillic_folder(&file, english),
    );
    let file = library.to_owned();
    report.check("Выгрузка и повторная загрузка", "Unloading and loading again", move || {
        load_again(&file)
    });
}

/// Everything that needs a signaler, a poller or a transport.
pub fn sockets(report: &mut Report, library: &Path) {
    panic::set_hook(Box::new(|_| ()));
    let transports = [
        (Transport::Inproc, "Обмен внутри процесса (inproc)", "Exchange inside a process (inproc)"),
        (Transport::Tcp, "Обмен по TCP", "Exchange over TCP"),
        (Transport::Ipc, "Обмен через файл сокета (ipc)", "Exchange over a socket file (ipc)"),
    ];
    for (transport, russian, english) in transports {
        let file = library.to_owned();
        report.check(russian, english, move || exchange(&file, transport));
    }
    let file = library.to_owned();
    report.check("Сообщение в 20 МБ", "A message of 20 MB", move || large_message(&file));
    let file = library.to_owned();
    report.check("Таймаут ожидания соблюдается", "A receive timeout is kept", move || {
        timeout(&file)
    });
    let file = library.to_owned();
    report.check("Ошибка объясняется словами", "An error is explained in words", move || {
        error_in_words(&file)
    });
}

fn load(file: &Path) -> Result<Arc<Library>, String> {
    Library::load(file)
}

fn session(file: &Path) -> Result<Host, String> {
    Ok(Host::new(&load(file)?))
}

fn shown(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn system() -> String {
    let mut text = format!("{} {}", env::consts::OS, env::consts::ARCH);
    if let Ok(release) = fs::read_to_string("/etc/os-release")
        && let Some(name) = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))
    {
        let _ = write!(text, ", {}", name.trim_matches('"'));
    }
    if cfg!(windows)
        && let Ok(output) = Command::new("cmd").args(["/c", "ver"]).output()
    {
        let _ = write!(text, ", {}", String::from_utf8_lossy(&output.stdout).trim());
    }
    text
}

fn seven_objects(file: &Path) -> Told {
    let host = session(file)?;
    for class in CLASSES {
        drop(host.create(class));
        drop(host.create(&class.replace('.', "")));
    }
    let info = host.create("ZeroMQ.Info");
    Ok(format!("addin-zeromq {}, ZeroMQ {}", info.text_of("VersionAddin"), info.text_of("VersionZeroMQ")))
}

fn exchange(file: &Path, transport: Transport) -> Told {
    let (host, place) = (session(file)?, Place::new());
    request_and_reply(&host, &place.to_bind(transport))?;
    pipeline(&host, &place.to_bind(transport))?;
    publish(&host, &place.to_bind(transport))?;
    Ok("Req/Rep, Push/Pull, Pub/Sub".into())
}

fn request_and_reply(host: &Host, endpoint: &str) -> Result<(), String> {
    let (req, rep) = (host.create("ZeroMQ.Req"), host.create("ZeroMQ.Rep"));
    call(&rep, "Bind", &args![endpoint])?;
    call(&req, "Connect", &args![rep.text_of("LastEndpoint")])?;
    for n in 0..100 {
        let text = format!("вопрос {n}");
        call(&req, "Send", &[Value::blob(&text)])?;
        expect("Rep", &call(&rep, "Recv", &[])?, text.as_bytes())?;
        call(&rep, "Send", &[Value::blob("ответ")])?;
        expect("Req", &call(&req, "Recv", &[])?, "ответ".as_bytes())?;
    }
    Ok(())
}

fn pipeline(host: &Host, endpoint: &str) -> Result<(), String> {
    let (push, pull) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Pull"));
    call(&pull, "Bind", &args![endpoint])?;
    call(&push, "Connect", &args![pull.text_of("LastEndpoint")])?;
    for n in 0..1000_u32 {
        call(&push, "Send", &[Value::blob(n.to_le_bytes())])?;
    }
    for n in 0..1000_u32 {
        expect("Pull", &call(&pull, "Recv", &[])?, &n.to_le_bytes())?;
    }
    Ok(())
}

fn publish(host: &Host, endpoint: &str) -> Result<(), String> {
    let (publisher, sub) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
    call(&publisher, "Bind", &args![endpoint])?;
    call(&sub, "Subscribe", &[Value::blob("")])?;
    call(&sub, "SetRecvTimeout", &args![100])?;
    call(&sub, "Connect", &args![publisher.text_of("LastEndpoint")])?;
    // A subscription takes its time on the way.
    for _ in 0..100 {
        call(&publisher, "Send", &[Value::blob("новость")])?;
        let got = call(&sub, "Recv", &[])?;
        if !got.is_empty() {
            return expect("Sub", &got, "новость".as_bytes());
        }
    }
    Err("Sub: nothing came within 10 s".into())
}

fn large_message(file: &Path) -> Told {
    let (host, place) = (session(file)?, Place::new());
    let (push, pull) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Pull"));
    call(&pull, "Bind", &args![place.to_bind(Transport::Tcp)])?;
    call(&push, "Connect", &args![pull.text_of("LastEndpoint")])?;
    let message: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[n as usize % 4]).collect();
    call(&push, "Send", &[message.clone().into()])?;
    expect("Pull", &call(&pull, "Recv", &[])?, &message)?;
    Ok(String::new())
}

fn timeout(file: &Path) -> Told {
    let (host, place) = (session(file)?, Place::new());
    let pull = host.create("ZeroMQ.Pull");
    call(&pull, "Bind", &args![place.to_bind(Transport::Tcp)])?;
    call(&pull, "SetRecvTimeout", &args![300])?;
    let started = Instant::now();
    let got = call(&pull, "Recv", &[])?;
    let waited = started.elapsed();
    if !got.is_empty() || waited < Duration::from_millis(250) || waited > Duration::from_secs(5) {
        return Err(format!("{} after {} ms instead of 300", got.brief(), waited.as_millis()));
    }
    Ok(String::new())
}

fn error_in_words(file: &Path) -> Told {
    let host = session(file)?;
    let rep = host.create("ZeroMQ.Rep");
    match rep.call("Bind", args!["нет://такого"]) {
        Ok(_) => Err("Bind did not refuse нет://такого".into()),
        Err(_) if rep.last_error().is_empty() => Err("LastError is empty".into()),
        Err(_) => Ok(rep.last_error()),
    }
}

/// Where users have Cyrillic names, so has the temporary folder, in which
/// libzmq on Windows makes its own socket files.
fn cyrillic_folder(file: &Path, english: bool) -> Told {
    let place = Place::new();
    let folder: PathBuf = place.folder().join("Пользователь Ёж");
    fs::create_dir(&folder).map_err(|error| error.to_string())?;
    let mut child = host::command(&env::current_exe().map_err(|error| error.to_string())?);
    child.arg(INNER).arg(file).envs([("TEMP", &folder), ("TMP", &folder), ("TMPDIR", &folder)]);
    if english {
        child.arg("--english");
    }
    let output = child.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::new());
    }
    Err(format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stdout)))
}

fn load_again(file: &Path) -> Told {
    for _ in 0..5 {
        let library = load(file)?;
        let host = Host::new(&library);
        let pull = host.create("ZeroMQ.Pull");
        call(&pull, "Bind", &args!["tcp://127.0.0.1:*"])?;
        drop(pull);
        library.unload()?;
        thread::sleep(Duration::from_millis(5));
    }
    Ok(String::new())
}

fn call(object: &host::Object, name: &str, arguments: &[Value]) -> Result<Value, String> {
    object.call(name, arguments).map_err(|error| error.to_string())
}

fn expect(who: &str, got: &Value, wanted: &[u8]) -> Result<(), String> {
    match got {
        Value::Blob(bytes) if bytes == wanted => Ok(()),
        other => Err(format!("{who}: {} instead of {} bytes", other.brief(), wanted.len())),
    }
}
