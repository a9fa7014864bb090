//! Addresses of tcp: which of them can work, and when two texts are one address. libzmq says what is wrong with an address
//! that is bound; one that is connected it looks up in the background, again and again, and tells nobody why in vain.

use super::parts::{Address, EXAMPLES, Read, Role, Side, cut, wrong};
use super::tcp_host::{Host, may_be_label, read_host, read_label, split_zone};
use std::net::Ipv6Addr;

/// What follows `tcp://`: an address, or `source;target`.
pub fn read(text: &str, side: Side) -> Read<Address> {
    let role = if side == Side::Bind { Role::Bound } else { Role::Target };
    let (source, target) = text.rsplit_once(';').map_or((None, text), |(source, target)| (Some(source), target));
    let (host, zone, port) = read_one(target, role)?;
    let mut address = Address {
        ipv6: matches!(host, Host::V6(_)),
        named: matches!(host, Host::Name(_)),
        key: format!("tcp://{}:{port}", host.key(zone)),
    };
    if let Some(source) = source {
        let (from, zone, port) = read_one(source, Role::Source)?;
        check_families(&from, &host)?;
        address.ipv6 |= matches!(from, Host::V6(_));
        address.key = format!("tcp://{}:{port};{}", from.key(zone), &address.key["tcp://".len()..]);
    }
    Ok(address)
}

fn read_one(text: &str, role: Role) -> Read<(Host, Option<&str>, u16)> {
    let (host, port) = split(text, role)?;
    let port = read_port(port, role)?;
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    // Of texts with a colon, only addresses of IPv6 have brackets.
    if bracketed.is_none() && host.contains(':') {
        return Ok((read_label(host, role)?, None, port));
    }
    let (host, zone) = split_zone(bracketed.unwrap_or(host))?;
    Ok((read_host(host, zone, role)?, zone, port))
}

/// Host, with its brackets, and port.
fn split(text: &str, role: Role) -> Read<(&str, &str)> {
    if text.is_empty() {
        return Err(wrong(("адрес пуст", "the address is empty"), EXAMPLES));
    }
    let no_port = || wrong(("не указан порт", "the port is missing"), EXAMPLES);
    let unpaired = || wrong(("квадратные скобки без пары", "a square bracket has no partner"), EXAMPLES);
    if let Some(inside) = text.strip_prefix('[') {
        let (inside, port) = inside.split_once(']').ok_or_else(unpaired)?;
        return Ok((&text[..inside.len() + 2], port.strip_prefix(':').ok_or_else(no_port)?));
    }
    let (host, port) = text.rsplit_once(':').ok_or_else(no_port)?;
    if host.contains(['[', ']']) {
        return Err(unpaired());
    }
    let is_ipv6 = |host: &str| host.split('%').next().is_some_and(|host| host.parse::<Ipv6Addr>().is_ok());
    let meant = if is_ipv6(host) { Some((host, port)) } else { Some((text, "5555")).filter(|_| is_ipv6(text)) };
    match meant {
        Some((host, port)) => Err(wrong(
            ("адрес IPv6 пишется в квадратных скобках", "an IPv6 address is written in square brackets"),
            (format!("Напишите `tcp://[{host}]:{port}`."), format!("Write `tcp://[{host}]:{port}`.")),
        )),
        None if host.contains(':') && !may_be_label(host, role) => {
            Err(wrong(("лишнее двоеточие", "there is a colon too many"), EXAMPLES))
        }
        None => Ok((host, port)),
    }
}

/// libzmq reads "80x" as 80, and a large number modulo 65536.
fn read_port(text: &str, role: Role) -> Read<u16> {
    if text == "*" && role != Role::Target {
        return Ok(0);
    }
    let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(0) if role == Role::Target => Err(wrong(
            ("к порту 0 подключиться нельзя", "nobody can connect to port 0"),
            ("Укажите порт, к которому привязана другая сторона.", "Give the port that the other side is bound to."),
        )),
        // The only nought that libzmq knows.
        Ok(port) if digits && (port > 0 || text == "0") => Ok(port),
        _ if text == "*" => Err(wrong(
            ("`*` в качестве порта годится только для Привязать", "`*` as a port is for Bind only"),
            (
                "Укажите порт, который сообщила ПоследняяКонечнаяТочка другой стороны.",
                "Give the port that the other side's LastEndpoint tells.",
            ),
        )),
        _ => Err(wrong(
            (
                format!("порт должен быть числом от 0 до 65535 или «*», получено «{}»", cut(text)),
                format!("the port must be a number from 0 to 65535 or \"*\", but is \"{}\"", cut(text)),
            ),
            EXAMPLES,
        )),
    }
}

/// From an address of one family there is no way to one of the other.
fn check_families(source: &Host, target: &Host) -> Read<()> {
    let apart = match (source, target) {
        (Host::V4(_), Host::V6(target)) => target.to_ipv4_mapped().is_none(),
        (Host::V6(source), Host::V4(_)) => source.to_ipv4_mapped().is_none() && !source.is_unspecified(),
        _ => false,
    };
    if !apart {
        return Ok(());
    }
    Err(wrong(
        (
            "адреса до и после «;» разных видов: IPv4 и IPv6",
            "the addresses before and after \";\" are of two kinds, IPv4 and IPv6",
        ),
        ("Укажите оба одного вида.", "Give both of one kind."),
    ))
}
