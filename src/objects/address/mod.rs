//! Endpoints as texts: what a script wrote, whether libzmq may have it, and why the system refused it.

pub mod ipc_path;
mod parts;
mod public;
mod tcp;
mod tcp_host;

pub use parts::{Address, Side};
pub use public::is_public;

use super::errors::{Deed, Refusal};
use crate::schema::{Error, Outcome};
use crate::zmq;
use std::io;
use std::net::{IpAddr, Ipv6Addr, UdpSocket};
use std::path::{Path, PathBuf, is_separator};

/// Longer than any address that a system takes.
const LONGEST: usize = 4096;

/// Only libzmq's own handler may stand here: a stranger's answers would abort the process.
const ZAP: &str = "inproc://zeromq.zap.01";

/// The endpoint as libzmq takes it. Nothing that BSL can write gets past unchecked: a NUL would cut it short, half a
/// surrogate pair has no form in UTF-8.
pub fn text(units: &[u16]) -> Outcome<String> {
    let wrong = |russian: &str, english: &str| {
        Err(Error::new("EINVAL", format!("Конечная точка {russian}."), format!("The endpoint {english}.")))
    };
    if units.is_empty() {
        return wrong("пуста; пример: «tcp://127.0.0.1:5555»", "is empty; an example: \"tcp://127.0.0.1:5555\"");
    }
    if units.len() > LONGEST {
        return wrong(
            &format!("слишком длинная: {} символов, допустимо {LONGEST}", units.len()),
            &format!("is too long: {} characters, {LONGEST} are allowed", units.len()),
        );
    }
    if let Some(position) = units.iter().position(|&unit| unit == 0) {
        return wrong(
            &format!("содержит нулевой символ в позиции {}", position + 1),
            &format!("has a NUL at position {}", position + 1),
        );
    }
    match String::from_utf16(units) {
        Ok(text) => Ok(text),
        Err(_) => wrong(
            "содержит половину суррогатной пары UTF-16: текст испорчен",
            "has half of a UTF-16 surrogate pair: the text is broken",
        ),
    }
}

/// As an error text shows it. What has neither a transport nor a host with its port may be anything, a key or a password in
/// the wrong place: nothing of it is shown; nor of what stands before a `@` in an address.
pub fn shown(endpoint: &str) -> String {
    let (transport, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let is_name = matches!(transport, "ipc" | "inproc");
    let shown = match rest.rsplit_once('@').filter(|_| !is_name) {
        Some((_, host)) if is_transport(transport) => format!("{transport}://…@{host}"),
        None if is_transport(transport) || (transport.is_empty() && is_host_and_port(rest)) => endpoint.to_owned(),
        _ => "…".to_owned(),
    };
    shown.chars().take(200).collect()
}

fn is_transport(text: &str) -> bool {
    let text = text.trim();
    (1..=16).contains(&text.chars().count()) && text.chars().all(char::is_alphanumeric)
}

fn is_host_and_port(text: &str) -> bool {
    let is_host = |host: &str| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_name =
            |host: &str| host.contains('.') && host.chars().all(|it| it.is_alphanumeric() || ".-".contains(it));
        bare.parse::<IpAddr>().is_ok() || host == "*" || host == "localhost" || is_name(host)
    };
    let is_port = |port: &str| port == "*" || port.parse::<u16>().is_ok();
    text.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && is_port(port))
}

/// Whether a socket may be bound or connected here, and by which of libzmq's ways. What is refused could never work.
pub fn read(endpoint: &str, side: Side) -> Result<Address, Refusal> {
    let address = |key: String| Address { key, ipv6: false, named: false };
    match endpoint.split_once("://") {
        Some(("tcp", rest)) if rest.contains('@') => Err(Refusal::new(
            "EINVAL",
            ("в адресе нет места для имени и пароля", "an address has no place for a name and a password"),
            ("Пример: `tcp://127.0.0.1:5555`.", "An example: `tcp://127.0.0.1:5555`."),
        )),
        Some(("tcp", rest)) => tcp::read(rest, side).and_then(|address| {
            if address.ipv6 {
                check_ipv6(UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).err())?
            }
            Ok(address)
        }),
        Some(("ipc", path)) => check_path(path, side).map(|()| address(format!("ipc://{}", plain(path)))),
        Some(("inproc", name)) => check_name(endpoint, name).map(|()| address(endpoint.to_owned())),
        Some((transport, _)) if !transport.is_empty() => Err(foreign(transport)),
        _ => Err(Refusal::new(
            "EINVAL",
            ("не указан транспорт", "the transport is missing"),
            (
                "Примеры: `tcp://127.0.0.1:5555`, `ipc:///tmp/имя`, `inproc://имя`.",
                "Examples: `tcp://127.0.0.1:5555`, `ipc:///tmp/name`, `inproc://name`.",
            ),
        )),
    }
}

fn check_name(endpoint: &str, name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::new(
            "EINVAL",
            ("имя пусто", "the name is empty"),
            ("Пример: `inproc://имя`.", "An example: `inproc://name`."),
        ));
    }
    if endpoint == ZAP {
        return Err(Refusal::new(
            "EACCES",
            ("имя принадлежит проверке подлинности ZeroMQ", "the name belongs to ZeroMQ's authentication"),
            ("Выберите другое имя.", "Choose another name."),
        ));
    }
    Ok(())
}

fn check_path(path: &str, side: Side) -> Result<(), Refusal> {
    let wrong = |wrong: (&str, &str), advice: (&str, &str)| Err(Refusal::new("EINVAL", wrong, advice));
    if path.is_empty() || path == "@" {
        return wrong(
            ("путь пуст", "the path is empty"),
            ("Пример: `ipc:///tmp/имя`.", "An example: `ipc:///tmp/name`."),
        );
    }
    if path == "*" && side == Side::Connect {
        return wrong(
            ("`*` годится только для Привязать", "`*` is for Bind only"),
            (
                "Укажите путь, который сообщила ПоследняяКонечнаяТочка другой стороны.",
                "Give the path that the other side's LastEndpoint tells.",
            ),
        );
    }
    if path.ends_with(is_separator) && !path.starts_with('@') {
        return wrong(
            (
                "путь кончается на «/»: это каталог, а нужен файл",
                "the path ends with \"/\": a folder, and a file is needed",
            ),
            ("Пример: `ipc:///tmp/имя`.", "An example: `ipc:///tmp/name`."),
        );
    }
    Ok(())
}

/// A path without what changes nothing in it: `/tmp//a`, `/tmp/./a`.
fn plain(path: &str) -> String {
    if path.starts_with('@') {
        return path.to_owned();
    }
    Path::new(path).components().collect::<PathBuf>().display().to_string()
}

fn foreign(transport: &str) -> Refusal {
    let meant = transport.trim().to_ascii_lowercase();
    let advice = if ["tcp", "ipc", "inproc"].contains(&&*meant) {
        (format!("Напишите `{meant}://`."), format!("Write `{meant}://`."))
    } else {
        ("Используйте tcp, ipc или inproc.".into(), "Use tcp, ipc or inproc.".into())
    };
    let wrong = if is_transport(transport) {
        (
            format!("транспорт «{transport}» не поддерживается"),
            format!("the transport \"{transport}\" is not supported"),
        )
    } else {
        ("такой транспорт не поддерживается".into(), "this transport is not supported".into())
    };
    Refusal::new("EPROTONOSUPPORT", wrong, advice)
}

/// Whether this system has IPv6 at all, by why it made no socket of it. libzmq would say that there is no such interface, or
/// try again for ever. Another failure is that of the moment.
fn check_ipv6(refused: Option<io::Error>) -> Result<(), Refusal> {
    let number = if cfg!(windows) { 10047 } else { libc::EAFNOSUPPORT };
    if refused.is_none_or(|error| error.raw_os_error() != Some(number)) {
        return Ok(());
    }
    Err(Refusal::new(
        "EAFNOSUPPORT",
        ("в этой системе отключён IPv6", "IPv6 is switched off in this system"),
        ("Укажите адрес IPv4 или включите IPv6.", "Give an IPv4 address, or switch IPv6 on."),
    ))
}

/// What an error of Bind or Connect means at this endpoint.
pub fn blame(deed: Deed, error: zmq::Error, endpoint: &str) -> Refusal {
    if let Some(refusal) = ipc_path::blame(error, endpoint) {
        return refusal;
    }
    let zone = endpoint.strip_prefix("tcp://").and_then(|rest| rest.rsplit_once('%')).map(|(_, zone)| zone);
    match (error.name(), zone) {
        ("ENOENT", _) if endpoint.starts_with("ipc://*") => Refusal::new(
            "ENOENT",
            ("нет каталога для временных файлов", "the folder of temporary files is not there"),
            ("Проверьте переменную TMPDIR.", "Check the variable TMPDIR."),
        ),
        ("EACCES", _) if endpoint.starts_with("tcp://") => no_rights_to_port(endpoint),
        // libzmq says that the address is not well formed.
        ("EINVAL", Some(zone)) => {
            let zone = zone.split([']', ':']).next().unwrap_or_default();
            Refusal::new(
                "ENODEV",
                (
                    format!("сетевого интерфейса «{zone}» нет, или адрес не его"),
                    format!("there is no network interface \"{zone}\", or the address is not its own"),
                ),
                (
                    "Укажите интерфейс этого компьютера (`ip address`).",
                    "Give an interface of this computer (`ip address`).",
                ),
            )
        }
        _ => Refusal::of(deed, error),
    }
}

/// Low ports are for root. Of others some are kept back: by Windows for itself, by a listener that wants to be alone, or by
/// rules of security.
fn no_rights_to_port(endpoint: &str) -> Refusal {
    let port = endpoint.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).unwrap_or(0);
    let (wrong, advice) = match port {
        0 => (
            ("система не разрешила принимать соединения", "the system does not allow to listen"),
            (
                "Проверьте правила безопасности системы (SELinux, AppArmor, межсетевой экран).",
                "Check the system's security rules (SELinux, AppArmor, firewall).",
            ),
        ),
        1..1024 => (
            ("нет прав на этот порт", "permission denied for this port"),
            ("Возьмите порт больше 1023.", "Take a port above 1023."),
        ),
        _ => (
            ("порт занят или зарезервирован системой", "the port is in use or reserved by the system"),
            (
                "Возьмите другой порт; запрещённые показывает `netsh int ipv4 show excludedportrange tcp` (Windows) или SELinux (`semanage port -l`).",
                "Take another port; those forbidden are told by `netsh int ipv4 show excludedportrange tcp` (Windows) or SELinux (`semanage port -l`).",
            ),
        ),
    };
    Refusal::new("EACCES", wrong, advice)
}

#[cfg(test)]
mod tests {
    use super::{check_ipv6, no_rights_to_port, shown};
    use std::io;

    #[test]
    fn a_system_without_ipv6_is_told_from_one_in_need() {
        assert!(check_ipv6(None).is_ok());
        assert!(check_ipv6(Some(io::Error::from(io::ErrorKind::AddrNotAvailable))).is_ok());
        assert!(check_ipv6(Some(io::Error::from_raw_os_error(libc::EMFILE))).is_ok());
        let number = if cfg!(windows) { 10047 } else { libc::EAFNOSUPPORT };
        let refusal = check_ipv6(Some(io::Error::from_raw_os_error(number))).unwrap_err();
        let error = refusal.after(("Не удалось", "Could not"));
        assert_eq!(error.code, "EAFNOSUPPORT");
        assert!(error.russian.contains("отключён IPv6") && error.english.contains("IPv6 is switched off"), "{error:?}");
    }

    #[test]
    fn what_might_be_a_secret_is_not_shown() {
        for secret in [
            "",
            "пароль",
            "my.s3cret!:1234",
            "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
            "user:12345",
            "мой пароль://x",
            "a b://x",
        ] {
            assert_eq!(shown(secret), "…", "{secret}");
        }
        assert_eq!(shown("tcp://user:p@ss@host:5555"), "tcp://…@host:5555");
        for endpoint in [
            "tcp://127.0.0.1:5555",
            " tcp://x",
            "ipc:///tmp/a@b",
            "inproc://a@b",
            "udp://x",
            "://127.0.0.1:5555",
            "*:1",
        ] {
            assert_eq!(shown(endpoint), endpoint);
        }
        assert_eq!(shown(&format!("inproc://{}", "n".repeat(300))).len(), 200);
    }

    #[test]
    fn a_low_port_is_told_from_a_reserved_one() {
        let high = ("больше 1023", "above 1023");
        let other = ("зарезервирован системой", "reserved by the system");
        let rules = ("правила безопасности", "security rules");
        for (port, words) in
            [("1", high), ("80", high), ("1023", high), ("1024", other), ("50000", other), ("*", rules), ("0", rules)]
        {
            for host in ["*", "127.0.0.1", "[::1]"] {
                let endpoint = format!("tcp://{host}:{port}");
                let error = no_rights_to_port(&endpoint).after(("Не удалось", "Could not"));
                assert_eq!(error.code, "EACCES");
                for (all, mine) in [high, other, rules].map(|each| (each, each == words)) {
                    assert_eq!(error.russian.contains(all.0), mine, "{endpoint}: {}", error.russian);
                    assert_eq!(error.english.contains(all.1), mine, "{endpoint}: {}", error.english);
                }
            }
        }
    }
}
