//! Endpoints: what a script wrote, whether libzmq may have it, and what it made of it.

use crate::schema::{Error, Outcome};
use crate::zmq;

/// Longer than any address that a system takes.
const LONGEST: usize = 4096;

/// Only libzmq's own handler may stand here: a stranger's answers would abort the process.
const ZAP: &str = "inproc://zeromq.zap.01";

/// An endpoint of a socket.
pub struct Endpoint {
    pub written: String,
    pub resolved: String,
    pub bound: bool,
}

impl Endpoint {
    /// Between sockets of one process: what is sent lies with the peer at once.
    pub fn is_inproc(&self) -> bool {
        self.resolved.starts_with("inproc://")
    }

    /// Frees the name at once; closing alone frees it only when every peer has noticed. Addresses of other kinds are freed
    /// by closing.
    pub fn release(&self, raw: &mut zmq::Socket) {
        if self.bound && self.is_inproc() {
            // It is bound, so this cannot fail; and if it did, closing goes on.
            let _ = raw.unbind(&self.resolved);
        }
    }
}

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

/// Whether a socket may be bound or connected here.
pub fn check(endpoint: &str) -> Outcome {
    if endpoint == ZAP {
        return Err(Error::new(
            "EACCES",
            format!("Конечная точка {ZAP} принадлежит проверке подлинности ZeroMQ. Выберите другое имя."),
            format!("The endpoint {ZAP} belongs to ZeroMQ's authentication. Choose another name."),
        ));
    }
    check_ports(endpoint)
}

/// Ports as numbers up to 65535, or `*`: libzmq would cut a larger one and read "80x" as 80. What else is wrong with an
/// address it says itself.
fn check_ports(endpoint: &str) -> Outcome {
    let Some(addresses) = endpoint.strip_prefix("tcp://") else {
        return Ok(());
    };
    // A source address may stand before the peer's: tcp://192.168.1.1:0;192.168.1.2:5555.
    for address in addresses.split(';') {
        let port = address.rsplit_once(':').map_or("", |(_, port)| port);
        let number =
            !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok();
        if !number && port != "*" {
            let shown: String = address.chars().take(200).collect();
            return Err(Error::new(
                "EINVAL",
                format!(
                    "Конечная точка «tcp://{shown}»: порт должен быть числом от 0 до 65535 или «*», получено «{port}»."
                ),
                format!(
                    "Endpoint \"tcp://{shown}\": the port must be a number from 0 to 65535 or \"*\", but is \"{port}\"."
                ),
            ));
        }
    }
    Ok(())
}
