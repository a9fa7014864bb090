//! Hosts of tcp addresses: numbers, names and network interfaces, and which of them nobody can reach.

use super::parts::{EXAMPLES, Read, Role, cut, wrong};
use crate::objects::errors::Refusal;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest host name and the longest part of one that DNS can hold.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Linux cuts names of network interfaces here (IFNAMSIZ).
const LONGEST_INTERFACE: usize = 15;

pub enum Host {
    /// All addresses of this computer.
    Any,
    V4(Ipv4Addr),
    V6(Ipv6Addr),
    Name(String),
}

impl Host {
    /// One text for every way to write it.
    pub fn key(&self, zone: Option<&str>) -> String {
        let zone = zone.map(|zone| format!("%{zone}")).unwrap_or_default();
        match self {
            Self::Any => format!("*{zone}"),
            Self::V4(host) => format!("{host}{zone}"),
            Self::V6(host) => format!("[{host}{zone}]"),
            Self::Name(host) => format!("{host}{zone}"),
        }
    }
}

/// The network interface that follows `%`: one that is not there now may come, what can be none is refused.
pub fn split_zone(host: &str) -> Read<(&str, Option<&str>)> {
    let Some((host, zone)) = host.rsplit_once('%') else {
        return Ok((host, None));
    };
    let number = zone.bytes().all(|digit| digit.is_ascii_digit()) && zone.parse::<u32>().is_ok_and(|index| index > 0);
    let name = zone.starts_with(|first: char| first.is_ascii_alphabetic())
        && zone.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    if number || name {
        return Ok((host, Some(zone)));
    }
    Err(wrong(
        (
            format!("после «%» должно стоять имя сетевого интерфейса, получено «{}»", cut(zone)),
            format!("\"%\" must be followed by the name of a network interface, but is by \"{}\"", cut(zone)),
        ),
        ("Пример: `tcp://[fe80::1%eth0]:5555`.", "An example: `tcp://[fe80::1%eth0]:5555`."),
    ))
}

/// Whether a host with a colon in it may be the label of one of an interface's addresses, as `eth0:1`.
pub fn may_be_label(host: &str, role: Role) -> bool {
    let interface = host.split(':').next().unwrap_or_default();
    let fits = host.len() <= LONGEST_INTERFACE && !interface.is_empty() && interface.parse::<Ipv4Addr>().is_err();
    cfg!(unix) && role != Role::Target && fits
}

pub fn read_label(host: &str, role: Role) -> Read<Host> {
    check_name(host, role)?;
    Ok(Host::Name(host.to_owned()))
}

pub fn read_host(host: &str, zone: Option<&str>, role: Role) -> Read<Host> {
    let host = parse(host, role)?;
    check_reach(&host, zone, role)?;
    Ok(host)
}

fn parse(host: &str, role: Role) -> Read<Host> {
    if host.is_empty() {
        return Err(wrong(
            ("не указан компьютер", "the host is missing"),
            if role == Role::Bound {
                ("Укажите `*`, чтобы принимать на всех адресах.", "Give `*` to listen on all addresses.")
            } else {
                EXAMPLES
            },
        ));
    }
    if host == "*" && role == Role::Bound {
        return Ok(Host::Any);
    }
    if host.contains(':') {
        return host.parse().map(Host::V6).map_err(|_| {
            wrong((format!("«{}» не адрес IPv6", cut(host)), format!("\"{}\" is no IPv6 address", cut(host))), EXAMPLES)
        });
    }
    if host.split('.').all(is_numeric) && host.contains(|digit: char| digit.is_ascii_digit()) {
        if let Some(host) = ipv4(host) {
            return Ok(Host::V4(host));
        }
        // One number too large for an address: systems look it up as a name.
        if host.contains('.') {
            return Err(wrong(
                (format!("«{}» не адрес IPv4", cut(host)), format!("\"{}\" is no IPv4 address", cut(host))),
                (
                    "В нём четыре числа от 0 до 255: `192.168.1.10`.",
                    "It has four numbers from 0 to 255: `192.168.1.10`.",
                ),
            ));
        }
    }
    check_name(host, role)?;
    Ok(Host::Name(host.to_ascii_lowercase()))
}

/// A name that is bound, or connected from, may be that of an interface, which may have any letters on Windows.
fn check_name(name: &str, role: Role) -> Read<()> {
    // What libzmq lets through, and nothing else is a host name.
    let fits = |(place, letter): (usize, char)| {
        letter.is_ascii_alphanumeric()
            || place > 0 && (matches!(letter, '-' | '_' | '.') || letter == ':' && role == Role::Source)
    };
    let foreign = name.char_indices().find(|&letter| !fits(letter)).filter(|_| role != Role::Bound && name != "*");
    if let Some((_, letter)) = foreign {
        return Err(foreign_letter(letter));
    }
    let stem = name.strip_suffix('.').unwrap_or(name);
    let length = stem.chars().count();
    if length > LONGEST_NAME {
        return Err(wrong(
            (
                format!("имя компьютера длиной {length} символов, допустимо {LONGEST_NAME}"),
                format!("the host name has {length} characters, {LONGEST_NAME} are allowed"),
            ),
            EXAMPLES,
        ));
    }
    match role {
        Role::Bound => return Ok(()),
        Role::Source if name == "*" || cfg!(unix) && name.len() > LONGEST_INTERFACE => {
            return Err(wrong(
                (
                    format!("«{}» перед «;» не адрес и не сетевой интерфейс", cut(name)),
                    format!("\"{}\" before \";\" is neither an address nor a network interface", cut(name)),
                ),
                (
                    "Пример: `tcp://192.168.1.1:0;192.168.1.2:5555`.",
                    "An example: `tcp://192.168.1.1:0;192.168.1.2:5555`.",
                ),
            ));
        }
        Role::Target if name == "*" => {
            return Err(wrong(
                ("`*` в качестве адреса годится только для Привязать", "`*` as an address is for Bind only"),
                (
                    "Укажите адрес другой стороны; на этом компьютере это 127.0.0.1.",
                    "Give the address of the other side; on this computer that is 127.0.0.1.",
                ),
            ));
        }
        Role::Source | Role::Target => {}
    }
    if role == Role::Target && stem.split('.').any(|label| label.is_empty() || label.len() > LONGEST_LABEL) {
        return Err(wrong(
            (
                format!("в имени компьютера часть между точками пуста или длиннее {LONGEST_LABEL} символов"),
                format!("a part of the host name between dots is empty or longer than {LONGEST_LABEL} characters"),
            ),
            EXAMPLES,
        ));
    }
    Ok(())
}

fn foreign_letter(letter: char) -> Refusal {
    let advice = if letter.is_ascii() {
        EXAMPLES
    } else {
        (
            "Имя не латинскими буквами укажите в виде `xn--…` (punycode), как его хранит DNS, или укажите адрес IP.",
            "Give a name in other letters as `xn--…` (punycode), as DNS keeps it, or give an IP address.",
        )
    };
    wrong(
        (
            format!(
                "имя компьютера не может содержать символ {letter:?}: годятся латинские буквы, цифры, точка, «-» и «_»"
            ),
            format!(
                "a host name cannot have the character {letter:?} here: Latin letters, digits, dot, \"-\" and \"_\" fit"
            ),
        ),
        advice,
    )
}

/// Addresses that the system refuses each time.
fn check_reach(host: &Host, zone: Option<&str>, role: Role) -> Read<()> {
    let target = role == Role::Target;
    let (several, none) = match host {
        Host::V4(host) => (host.is_multicast() || host.is_broadcast(), host.is_unspecified()),
        Host::V6(host) => (host.is_multicast(), host.is_unspecified()),
        Host::Any | Host::Name(_) => (false, false),
    };
    if target && several {
        return Err(wrong(
            ("адрес означает сразу многих, а tcp соединяет двоих", "the address means many, and tcp connects two"),
            EXAMPLES,
        ));
    }
    // Elsewhere it means this computer.
    if target && none && cfg!(windows) {
        return Err(wrong(
            ("адрес «все» годится только для Привязать", "the address of all is for Bind only"),
            ("На этом компьютере укажите 127.0.0.1.", "On this computer, give 127.0.0.1."),
        ));
    }
    if let Host::V6(host) = host
        && cfg!(unix)
        && host.is_unicast_link_local()
        && zone.is_none()
    {
        return Err(wrong(
            (
                "местному адресу (fe80::) нужен сетевой интерфейс",
                "a link-local address (fe80::) needs its network interface",
            ),
            (format!("Пример: `[{host}%eth0]`."), format!("An example: `[{host}%eth0]`.")),
        ));
    }
    Ok(())
}

/// Whether a system takes a part between dots for a number.
fn is_numeric(part: &str) -> bool {
    let hexadecimal = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    hexadecimal.is_some_and(|part| part.bytes().all(|digit| digit.is_ascii_hexdigit()))
        || part.bytes().all(|digit| digit.is_ascii_digit())
}

/// As `inet_aton(3)` reads it: one to four numbers, the last of which fills what is left; octal and hexadecimal ones too.
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let parts = host.split('.').map(number).collect::<Option<Vec<u32>>>()?;
    let (last, bytes) = parts.split_last()?;
    let left = 32_u32.checked_sub(8 * u32::try_from(bytes.len()).ok()?)?;
    if left == 0 || u64::from(*last) >= 1 << left {
        return None;
    }
    let mut address = *last;
    for (place, &byte) in (0..).zip(bytes) {
        address |= u32::from(u8::try_from(byte).ok()?) << (24 - 8 * place);
    }
    Some(Ipv4Addr::from(address))
}

#[cfg(test)]
mod tests {
    use super::{Host, Role, cut, ipv4, may_be_label, parse, read_label};
    use std::net::{Ipv4Addr, ToSocketAddrs};

    /// The system reads a number without asking anybody.
    #[test]
    fn numbers_are_read_as_the_system_reads_them() {
        for text in
            ["127.0.0.1", "1.2.3", "127.1", "2130706433", "0x7f.1", "010.0.0.8", "4294967295", "0.0.0.0", "1.2.65535"]
        {
            let read = ipv4(text).map(|host| format!("{host}:5"));
            let system = (text, 5).to_socket_addrs().unwrap().next().map(|address| address.to_string());
            assert_eq!(read, system, "{text}");
        }
        for text in [
            "256.1.1.1",
            "300.300.300.300",
            "1.2.3.4.5",
            "1.2.3.256",
            "127.0.0.1.",
            "08.1.1.1",
            "1.2.65536",
            "0x",
            "4294967296",
            "",
        ] {
            assert_eq!(ipv4(text), None::<Ipv4Addr>, "{text}");
        }
    }

    fn refused(text: &str, role: Role) -> String {
        let refusal = parse(text, role).err().unwrap_or_else(|| panic!("{} is taken", cut(text)));
        let error = refusal.after((String::new(), String::new()));
        format!("{} {}", error.russian, error.english)
    }

    #[test]
    fn one_number_too_large_for_an_address_is_a_name() {
        for role in [Role::Bound, Role::Source, Role::Target] {
            for text in ["123456789012", "4294967296", "08"] {
                assert!(matches!(parse(text, role), Ok(Host::Name(name)) if name == text), "{role:?} {text}");
            }
            for text in ["256.1.1.1", "7.8.9.10.11", "123456789012."] {
                let said = refused(text, role);
                assert!(said.contains("не адрес IPv4") && said.contains("is no IPv4 address"), "{said}");
            }
        }
    }

    #[test]
    fn letters_are_counted_as_they_are_shown() {
        let name = "я".repeat(130);
        for role in [Role::Source, Role::Target] {
            let said = refused(&name, role);
            assert!(said.contains("не может содержать символ 'я'") && said.contains("the character 'я'"), "{said}");
        }
        assert!(parse(&name, Role::Bound).is_ok());
        let said = refused(&"я".repeat(254), Role::Bound);
        assert!(said.contains("254 символов, допустимо 253") && said.contains("254 characters, 253"), "{said}");
    }

    #[test]
    fn labels_are_for_our_own_addresses() {
        for text in ["lo:5", "eth0:1", "eth0.100:a", "a:b:c", "wlan0:mgmt:five"] {
            for role in [Role::Bound, Role::Source] {
                assert_eq!(may_be_label(text, role), cfg!(unix), "{text}");
                assert!(matches!(read_label(text, role), Ok(Host::Name(name)) if name == text), "{role:?} {text}");
            }
            assert!(!may_be_label(text, Role::Target), "{text}");
        }
        for text in [":1", "::g", "127.0.0.1:80", "interface.long:1"] {
            assert!(!may_be_label(text, Role::Bound), "{text}");
        }
        // libzmq would not connect from it.
        assert!(read_label("lo:я", Role::Source).is_err());
    }
}
