//! Addresses of the documentation on this machine: each port of a page becomes a free one of the loopback, each ipc path one in the
//! page's folder, each inproc name one that no other page has. What is printed is turned back.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Addresses {
    folder: PathBuf,
    page: u32,
    /// As written, and as used.
    ports: Vec<(u16, u16)>,
    paths: Vec<(String, String)>,
}

impl Addresses {
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        static PAGES: AtomicU32 = AtomicU32::new(0);
        let page = PAGES.fetch_add(1, Ordering::Relaxed);
        Self { folder: folder.into(), page, ports: Vec::new(), paths: Vec::new() }
    }

    /// The block's text with addresses of this machine; `raises` leaves ipc paths alone, their errors are what it shows.
    pub fn mended(&mut self, text: &str, raises: bool) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("://") {
            let scheme = rest[..at].chars().rev().take_while(char::is_ascii_alphabetic).collect::<String>();
            let scheme: String = scheme.chars().rev().collect();
            let after = &rest[at + 3..];
            let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '`' | '\'' | ',' | ')' | ';'));
            let address = &after[..end.unwrap_or(after.len())];
            out.push_str(&rest[..at + 3]);
            match scheme.as_str() {
                "tcp" => out.push_str(&self.tcp(address)),
                "ipc" if !raises => out.push_str(&self.ipc(address)),
                "inproc" => out.push_str(&format!("{}{address}", self.prefix())),
                _ => out.push_str(address),
            }
            rest = &after[address.len()..];
        }
        out.push_str(rest);
        out
    }

    fn prefix(&self) -> String {
        format!("p{}-", self.page)
    }

    fn tcp(&mut self, address: &str) -> String {
        let Some((host, port)) = address.rsplit_once(':') else { return address.into() };
        let Some(port) = port.parse::<u16>().ok().filter(|port| *port > 0) else { return address.into() };
        let named = host.starts_with(|c: char| c.is_ascii_alphabetic())
            && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let local = match host {
            "[::]" | "[::1]" => "[::1]",
            "*" => "127.0.0.1",
            _ if named || host.parse::<Ipv4Addr>().is_ok() => "127.0.0.1",
            _ => return address.into(),
        };
        format!("{local}:{}", self.port(port))
    }

    fn port(&mut self, written: u16) -> u16 {
        if let Some((_, used)) = self.ports.iter().find(|(known, _)| *known == written) {
            return *used;
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let free = free.expect("a free port").port();
        self.ports.push((written, free));
        free
    }

    fn ipc(&mut self, address: &str) -> String {
        let Some(name) = address.strip_prefix('/').and_then(|path| path.rsplit('/').next()) else {
            return address.into();
        };
        let used = self.folder.join(name).display().to_string();
        if !self.paths.iter().any(|(written, _)| written == address) {
            self.paths.push((address.into(), used.clone()));
        }
        used
    }

    /// What the page said, with the addresses that it is written with.
    #[must_use]
    pub fn written(&self, said: &str) -> String {
        let mut text = said.replace(&format!("inproc://{}", self.prefix()), "inproc://");
        for (written, used) in &self.paths {
            text = text.replace(used, written);
        }
        for (written, used) in &self.ports {
            text = text.replace(&format!(":{used}"), &format!(":{written}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;
    use std::path::Path;

    #[test]
    fn addresses_are_of_this_machine_and_come_back_as_written() {
        let mut addresses = Addresses::new(Path::new("/tmp/страница"));
        let text = r#"А("tcp://*:5555"); Б("tcp://server.local:5555", "ipc:///var/x/обмен"); В("inproc://имя")"#;
        let mended = addresses.mended(text, false);
        let port = addresses.port(5555);
        let number = addresses.page;
        assert_eq!(
            mended,
            format!(
                r#"А("tcp://127.0.0.1:{port}"); Б("tcp://127.0.0.1:{port}", "ipc:///tmp/страница/обмен"); В("inproc://p{number}-имя")"#
            )
        );
        assert_eq!(addresses.written(&mended).matches(":5555").count(), 2);
        assert!(
            addresses.written(&mended).contains("ipc:///var/x/обмен") && addresses.written(&mended).contains("//имя")
        );
    }

    #[test]
    fn what_is_no_address_stays() {
        let mut addresses = Addresses::new(Path::new("/tmp/страница"));
        for text in
            ["tcp://256.1.1.1:5555", "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "ipc://*", "https://zeromq.org:1"]
        {
            assert_eq!(addresses.mended(text, false), text);
        }
        assert_eq!(addresses.mended("ipc:///нет/такого", true), "ipc:///нет/такого");
    }
}
