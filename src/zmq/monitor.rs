//! What libzmq reports of a socket (`zmq_socket_monitor(3)`). libzmq has one stream of reports per socket and ends it when
//! another is asked for; so there is one [`Monitor`] here, and whoever wants to know reads that.

use super::error::{Error, Result};
use super::option::{Event, IntOption, Report, SocketType};
use super::socket::Socket;
use super::wait::Wait;
use std::collections::VecDeque;
use std::ffi::CString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reports that wait for their reader, at the most; then the oldest goes. As many as libzmq keeps (patch 0020).
const KEPT: usize = 1_000;

/// The reports of one socket, in order.
pub struct Monitor {
    stream: Socket,
    /// Read by somebody who looked for another, or told by ourselves.
    passed: VecDeque<Happened>,
    /// How many of those had to go.
    dropped: usize,
}

/// One report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// What.
    pub what: What,
    /// A number that goes with it: an errno, a pause in ms.
    pub value: i32,
    /// The address of the socket's own side; empty where there is none.
    pub local: String,
    /// That of the other side.
    pub remote: String,
    /// When, ms since 1970.
    pub at: u64,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// One of `ZMQ_EVENT_…` in zmq.h.
    Event(u16),
    /// The socket was bound to an address that other computers reach, and asks nobody who he is.
    Open,
    /// So many reports, as the value tells, waited for so long that they had to go.
    Dropped,
}

impl Happened {
    /// What is not libzmq's to report, now.
    pub fn now(what: What, value: i32, local: &str) -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        Self { what, value, local: local.to_owned(), remote: String::new(), at }
    }

    /// The value as an error of the system's.
    pub const fn error(&self) -> Error {
        Error::from_raw(self.value)
    }

    fn is(&self, report: Report, endpoint: Option<&str>) -> bool {
        let reported = matches!(self.what, What::Event(event) if i32::from(event) & report as i32 != 0);
        reported && endpoint.is_none_or(|endpoint| self.local == endpoint || self.remote == endpoint)
    }
}

impl Monitor {
    /// Begins to hear what is reported of `socket`.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left. Those of `zmq_socket_monitor(3)`.
    pub(super) fn of(socket: &mut Socket, report: Report) -> Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let address = format!("inproc://addin-zeromq.monitor.{number}");
        let mut stream = Socket::new(SocketType::Pair)?;
        stream.set_int(IntOption::Linger, 0)?;
        // The reports end with the socket; nobody else will give any at this address.
        stream.set_int(IntOption::ReconnectInterval, -1)?;
        socket.report(report, &CString::new(address.as_str()).unwrap_or_default())?;
        stream.connect(&address)?;
        Ok(Self { stream, passed: VecDeque::new(), dropped: 0 })
    }

    /// The next report, in the order in which things happened; None while there is none.
    pub fn next(&mut self) -> Option<Happened> {
        let mut dropped = || match std::mem::take(&mut self.dropped) {
            0 => None,
            count => Some(Happened::now(What::Dropped, i32::try_from(count).unwrap_or(i32::MAX), "")),
        };
        dropped().or_else(|| self.passed.pop_front()).or_else(|| self.read(&mut Wait::at_most(Duration::ZERO)))
    }

    /// So many reports had to go before they were read.
    pub const fn count_dropped(&mut self, count: usize) {
        self.dropped = self.dropped.saturating_add(count);
    }

    /// Takes in what libzmq does not report, behind all that it has.
    pub fn tell(&mut self, happened: Happened) {
        while let Some(earlier) = self.read(&mut Wait::at_most(Duration::ZERO)) {
            self.keep(earlier);
        }
        self.keep(happened);
    }

    /// As `tell`, before all that libzmq has and nobody has read.
    pub fn tell_first(&mut self, happened: Happened) {
        self.keep(happened);
    }

    /// What tells that there is more to read.
    pub const fn stream(&mut self) -> &mut Socket {
        &mut self.stream
    }

    /// Waits until `report` comes, of `endpoint` where one is given; false when `time` passed without it. Reports of
    /// other things, and the one that was waited for, stay for `next`.
    pub fn hear(&mut self, report: Report, endpoint: Option<&str>, time: Duration) -> bool {
        let mut wait = Wait::at_most(time);
        while let Some(happened) = self.read(&mut wait) {
            let wanted = happened.is(report, endpoint);
            self.keep(happened);
            if wanted {
                return true;
            }
        }
        false
    }

    fn keep(&mut self, happened: Happened) {
        if self.passed.len() == KEPT {
            self.passed.pop_front();
            self.count_dropped(1);
        }
        self.passed.push_back(happened);
    }

    /// A report is several parts: the event, how many values follow, those, the last of which is the time, and both addresses.
    /// None when the time is over or the stream has ended.
    fn read(&mut self, wait: &mut Wait<fn() -> bool>) -> Option<Happened> {
        let mut part = || wait.retry(&mut self.stream, Event::Receivable, Socket::receive).ok().flatten();
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_ne_bytes);
        let what = number(part()?.bytes());
        let (count, mut value, mut at) = (number(part()?.bytes()), 0, 0);
        for index in 0..count {
            let read = number(part()?.bytes());
            if index + 1 == count {
                at = read;
            } else if index == 0 {
                value = read;
            }
        }
        let mut text = || part().map(|part| String::from_utf8_lossy(part.bytes()).into_owned());
        let (local, remote) = (text()?, text()?);
        let value = i32::try_from(value).unwrap_or_default();
        Some(Happened { what: What::Event(u16::try_from(what).unwrap_or(0)), value, local, remote, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Watched, unbind};
    use std::time::Instant;

    const PATIENT: Duration = Duration::from_secs(10);
    const LISTENING: What = What::Event(0x0008);
    const CLOSED: What = What::Event(0x0080);

    fn told(bound: &mut Watched) -> Happened {
        bound.watch().unwrap();
        bound.next_report().expect("it was reported before the call that made it returned")
    }

    /// Waiting for one report takes none away from whoever watches.
    #[test]
    fn a_socket_that_is_watched_still_tells_everything() {
        let mut bound = Watched::new(Socket::new(SocketType::Pull).unwrap());
        bound.watch().unwrap();
        let mut addresses = Vec::new();
        let before = Happened::now(What::Open, 0, "").at;
        for _ in 0..3 {
            bound.bind("tcp://127.0.0.1:*").unwrap();
            addresses.push(bound.last_endpoint().unwrap());
        }
        for address in &addresses {
            unbind(&mut bound, address, PATIENT).unwrap();
        }
        let after = Happened::now(What::Open, 0, "").at;
        for what in [LISTENING, CLOSED] {
            for address in &addresses {
                let happened = told(&mut bound);
                assert_eq!((happened.what, &happened.local), (what, address));
                assert!((before..=after).contains(&happened.at), "{happened:?}, {before}..={after}");
            }
        }
        assert_eq!(bound.next_report(), None);
    }

    #[test]
    fn what_nobody_reads_is_bounded_and_counted() {
        let mut bound = Watched::new(Socket::new(SocketType::Pull).unwrap());
        bound.watch().unwrap();
        for number in 0..1_500 {
            bound.watch().unwrap().tell(Happened::now(What::Open, number, ""));
        }
        bound.bind("tcp://127.0.0.1:*").unwrap();
        assert!(bound.watch().unwrap().hear(Report::Listening, None, PATIENT));
        let first = told(&mut bound);
        assert_eq!((first.what, first.value), (What::Dropped, 501));
        for number in 501..1_500 {
            assert_eq!(told(&mut bound).value, number);
        }
        assert_eq!(told(&mut bound).what, LISTENING);
        assert_eq!(bound.next_report(), None);
    }

    /// What libzmq itself had to drop is counted as well, and once.
    #[test]
    fn what_libzmq_drops_is_counted() {
        let mut bound = Watched::new(Socket::new(SocketType::Pull).unwrap());
        bound.watch().unwrap();
        for number in 0..3_000 {
            bound.bind(&format!("tcp://127.21.{}.{}:*", number / 250, number % 250 + 1)).unwrap();
            let address = bound.last_endpoint().unwrap();
            bound.unbind(&address).unwrap();
        }
        let (mut heard, mut dropped) = (0, 0);
        let end = Instant::now() + PATIENT;
        while heard + dropped < 6_000 && Instant::now() < end {
            match bound.next_report() {
                Some(Happened { what: What::Dropped, value, .. }) => dropped += value,
                Some(_) => heard += 1,
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        assert_eq!(heard + dropped, 6_000, "{heard} heard, {dropped} dropped");
        assert!(heard <= 4_000, "{heard}");
    }
}
