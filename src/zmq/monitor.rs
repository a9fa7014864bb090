//! What libzmq reports of a socket (`zmq_socket_monitor(3)`). libzmq has one stream of reports per socket and ends it when
//! another is asked for; so there is one [`Monitor`] here, and whoever wants to know reads that.

use super::error::Result;
use super::option::{Event, IntOption, Report, SocketType};
use super::socket::Socket;
use super::wait::Wait;
use std::collections::VecDeque;
use std::ffi::CString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Reports that wait for their reader, at the most; then the oldest goes. As many as libzmq keeps (patch 0020).
const KEPT: usize = 1_000;

/// The reports of one socket, in order.
pub struct Monitor {
    stream: Socket,
    /// Read by somebody who looked for another.
    passed: VecDeque<Happened>,
}

/// One report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// What: one of `ZMQ_EVENT_…` in zmq.h.
    pub event: u16,
    /// A number that goes with it: a descriptor, an errno, a pause in ms.
    pub value: i32,
    /// The endpoint it happened to.
    pub endpoint: String,
}

impl Happened {
    fn is(&self, report: Report, endpoint: Option<&str>) -> bool {
        i32::from(self.event) & report as i32 != 0 && endpoint.is_none_or(|endpoint| self.endpoint == endpoint)
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
        Ok(Self { stream, passed: VecDeque::new() })
    }

    /// The next report, in the order in which things happened; None when `time` passed without one, or there will be none.
    #[cfg_attr(not(test), expect(dead_code, reason = "scripts that watch a socket come later"))]
    pub fn next(&mut self, time: Duration) -> Option<Happened> {
        self.passed.pop_front().or_else(|| self.read(&mut Wait::at_most(time)))
    }

    /// Waits until `report` comes, of `endpoint` where one is given; false when `time` passed without it. Reports of
    /// other things, and the one that was waited for, stay for `next`.
    pub fn hear(&mut self, report: Report, endpoint: Option<&str>, time: Duration) -> bool {
        let mut wait = Wait::at_most(time);
        while let Some(happened) = self.read(&mut wait) {
            let wanted = happened.is(report, endpoint);
            if self.passed.len() == KEPT {
                self.passed.pop_front();
            }
            self.passed.push_back(happened);
            if wanted {
                return true;
            }
        }
        false
    }

    /// A report is two parts: the event with its value, and the endpoint. None when the time is over or the stream has ended.
    fn read(&mut self, wait: &mut Wait<fn() -> bool>) -> Option<Happened> {
        let mut part = || wait.retry(&mut self.stream, Event::Receivable, Socket::receive).ok().flatten();
        let (event, endpoint) = (part()?, part()?);
        let [low, high, value @ ..] = event.bytes() else { return None };
        Some(Happened {
            event: u16::from_ne_bytes([*low, *high]),
            value: value.try_into().map_or(0, i32::from_ne_bytes),
            endpoint: String::from_utf8_lossy(endpoint.bytes()).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Watched, unbind};

    const PATIENT: Duration = Duration::from_secs(10);
    const LISTENING: u16 = 0x0008;
    const CLOSED: u16 = 0x0080;

    /// Waiting for one report takes none away from whoever watches.
    #[test]
    fn a_socket_that_is_watched_still_tells_everything() {
        let mut bound = Watched::new(Socket::new(SocketType::Pull).unwrap());
        bound.watch().unwrap();
        let mut addresses = Vec::new();
        for _ in 0..3 {
            bound.bind("tcp://127.0.0.1:*").unwrap();
            addresses.push(bound.last_endpoint().unwrap());
        }
        for address in &addresses {
            unbind(&mut bound, address, PATIENT).unwrap();
        }
        let mut told = |event| {
            let happened = bound.watch().unwrap().next(PATIENT).unwrap();
            assert_eq!(happened.event, event, "{happened:?}");
            happened.endpoint
        };
        let listening = [told(LISTENING), told(LISTENING), told(LISTENING)];
        assert_eq!(listening, *addresses);
        assert_eq!([told(CLOSED), told(CLOSED), told(CLOSED)], *addresses);
        assert_eq!(bound.watch().unwrap().next(Duration::ZERO), None);
    }

    #[test]
    fn what_nobody_reads_is_bounded() {
        let mut bound = Watched::new(Socket::new(SocketType::Pull).unwrap());
        bound.watch().unwrap();
        bound.bind("tcp://127.0.0.1:*").unwrap();
        for number in 0..2_000 {
            let happened = Happened { event: 1, value: number, endpoint: String::new() };
            let monitor = bound.watch().unwrap();
            monitor.passed.push_back(happened);
            if monitor.passed.len() > KEPT {
                monitor.passed.pop_front();
            }
        }
        let monitor = bound.watch().unwrap();
        assert!(monitor.hear(Report::Listening, None, PATIENT));
        assert_eq!(monitor.passed.len(), KEPT);
        assert_eq!(monitor.passed.back().map(|last| last.event), Some(LISTENING));
    }
}
