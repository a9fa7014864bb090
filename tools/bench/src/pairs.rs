//! Two sockets that are connected, of the component or of libzmq as it comes, set up alike.

use crate::glue::{self, End, Libzmq, Loop, Socket};
use host::{Endpoints, Host, Object, Transport, args};
use std::ffi::c_int;
use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Names the file of libzmq as it comes (ci/bench builds it).
const LIBZMQ_VARIABLE: &str = "ADDIN_ZEROMQ_PLAIN_LIBZMQ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Component,
    Libzmq,
}

impl Side {
    pub const ALL: [Self; 2] = [Self::Component, Self::Libzmq];

    /// As a process of this program's is told.
    pub fn name(self) -> &'static str {
        if self == Self::Component { "component" } else { "libzmq" }
    }

    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|side| side.name() == name).expect("a side")
    }
}

/// One name, the same for both sides, and what libzmq is told to make both sockets alike.
pub struct Pattern {
    from: (&'static str, c_int),
    to: (&'static str, c_int),
    options: &'static [(c_int, c_int)],
}

const REQ_CORRELATE: c_int = 52;
const REQ_RELAXED: c_int = 53;
const SNDHWM: c_int = 23;
const RCVHWM: c_int = 24;

/// The component's Req always has these options: a request carries a number.
pub const REQ_REP: Pattern =
    Pattern { from: ("Req", 3), to: ("Rep", 4), options: &[(REQ_RELAXED, 1), (REQ_CORRELATE, 1)] };
pub const PUSH_PULL: Pattern = Pattern { from: ("Push", 8), to: ("Pull", 7), options: &[] };

/// Everything that is loaded.
pub struct Bench {
    host: Host,
    libzmq: Libzmq,
    endpoints: Endpoints,
}

impl Bench {
    pub fn new() -> Self {
        let file = std::env::var_os(LIBZMQ_VARIABLE);
        let file = file.map_or_else(|| panic!("{LIBZMQ_VARIABLE} is not set: ci/bench builds it"), PathBuf::from);
        host::figures::limit_descriptors(None);
        Self { host: Host::built(), libzmq: Libzmq::load(&file), endpoints: Endpoints::new() }
    }

    /// For a process that ends by itself: nothing is closed before.
    pub fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }

    pub fn libzmq_version(&self) -> String {
        self.libzmq.version()
    }

    pub fn endpoint(&self, transport: Transport) -> String {
        self.endpoints.to_bind(transport)
    }

    /// `to` bound, `from` connected to it; with no limit to what waits between them if so wished.
    pub fn pair(&self, side: Side, pattern: &Pattern, transport: Transport, unlimited: bool) -> Pair<'_> {
        let endpoint = self.endpoint(transport);
        match side {
            Side::Component => {
                let [from, to] =
                    [pattern.from, pattern.to].map(|(class, _)| self.host.create(&format!("ZeroMQ.{class}")));
                if unlimited {
                    from.set("SendHighWaterMark", 0).expect("SendHighWaterMark");
                    to.set("RecvHighWaterMark", 0).expect("RecvHighWaterMark");
                }
                to.must("Bind", args![endpoint]);
                from.must("Connect", args![to.text_of("LastEndpoint")]);
                Pair { from: glue::component(&from), to: glue::component(&to), held: Held::Component(from, to) }
            }
            Side::Libzmq => {
                let limits: &[(c_int, c_int)] = if unlimited { &[(SNDHWM, 0), (RCVHWM, 0)] } else { &[] };
                let options = |own: &[(c_int, c_int)]| [own, limits].concat();
                let from = self.libzmq.socket(pattern.from.1, &options(pattern.options));
                let to = self.libzmq.socket(pattern.to.1, &options(&[]));
                to.bind(&endpoint);
                from.connect(&to.last_endpoint());
                Pair { from: from.end(), to: to.end(), held: Held::Libzmq(from, to) }
            }
        }
    }
}

/// What keeps the ends alive.
#[expect(dead_code, reason = "held for its drop")]
enum Held<'a> {
    Component(Object, Object),
    Libzmq(Socket<'a>, Socket<'a>),
}

// SAFETY: as of `End`, which is what threads use of it.
unsafe impl Sync for Pair<'_> {}

pub struct Pair<'a> {
    from: End,
    to: End,
    #[expect(dead_code, reason = "held for its drop")]
    held: Held<'a>,
}

impl Pair<'_> {
    /// On this thread.
    pub fn alone(&self, which: Loop, data: &[u8], parts: u32, times: u64) -> Duration {
        timed(which, &self.from, &self.to, data, parts, times)
    }

    /// `here` on this thread, `there` on another; the time of `here`.
    pub fn both(&self, here: Loop, there: Loop, data: &[u8], parts: u32, times: u64) -> Duration {
        let (together, Self { from, to, .. }) = (Barrier::new(2), self);
        let run = |which| {
            together.wait();
            timed(which, from, to, data, parts, times)
        };
        thread::scope(|scope| {
            scope.spawn(|| run(there));
            run(here)
        })
    }
}

impl Pair<'_> {
    /// Where messages are sent, and where they come.
    pub fn ends(&self) -> (&End, &End) {
        (&self.from, &self.to)
    }
}

fn timed(which: Loop, from: &End, to: &End, data: &[u8], parts: u32, times: u64) -> Duration {
    let start = Instant::now();
    glue::times(which, from, to, data, parts, times);
    start.elapsed()
}
