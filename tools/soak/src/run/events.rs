//! A client whose script is too slow now and then: what it is told of, what it receives by calls after that, and what is counted
//! as lost is all that was sent.

use super::Soak;
use super::loads::PATIENCE;
use host::random::Random;
use host::{App, Host, Object, Settings, Value, args, millis};
use std::time::{Duration, Instant};

/// Messages that may wait beside the platform's own.
const WAITING: i32 = 100;

/// Runs of one socket.
const RUNS: usize = 5;

/// A socket that is listened to, and who sends to it.
struct Client {
    host: Host,
    pull: Object,
    push: Object,
    sent: u64,
    seen: u64,
    /// The number of the next message, if none is lost.
    next: u64,
}

pub fn listening(soak: &Soak, mut random: Random) {
    while !soak.counts.over() {
        let settings = Settings { strict: false, app: App::ThinClient, ..Settings::default() };
        let host = Host::with(&soak.library, settings);
        host.event_queue().limit(1 + random.below(20));
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        push.must("Connect", args![pull.text_of("LastEndpoint")]);
        let mut client = Client { host, pull, push, sent: 0, seen: 0, next: 0 };
        for _ in 0..RUNS {
            if let Err(failed) = client.run(soak, &mut random) {
                soak.counts.fail(&failed);
            }
        }
    }
}

impl Client {
    /// Listens for a while; all that was sent comes, by events or by calls, or is counted.
    fn run(&mut self, soak: &Soak, random: &mut Random) -> Result<(), host::CallFailed> {
        self.pull.call("Listen", args!["E", WAITING])?;
        for _ in 0..1 + random.below(400) {
            if self.push.call("SendText", args![&*self.sent.to_string()])?.truth() {
                self.sent += 1;
            }
            if random.below(3) == 0 {
                self.hear(soak, Duration::ZERO);
            }
        }
        let end = Instant::now() + PATIENCE;
        if random.below(2) == 0 {
            while self.next < self.sent && Instant::now() < end {
                self.hear(soak, millis(100));
            }
        }
        self.pull.call("StopListening", [])?;
        while self.hear(soak, Duration::ZERO) {}
        while self.next < self.sent && Instant::now() < end {
            if let Value::Text(text) = self.pull.call("RecvText", args![100])? {
                self.note(soak, &text);
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let lost = self.pull.get("EventsDropped")?.number() as u64;
        let known = self.seen + lost;
        if known != self.sent {
            soak.counts.lose(self.sent.abs_diff(known), &"события в клиенте");
            self.seen = self.sent - lost.min(self.sent);
        }
        Ok(())
    }

    /// The next event; false where there is none.
    fn hear(&mut self, soak: &Soak, patience: Duration) -> bool {
        let Some([_, event, data]) = self.host.event_queue().next(patience) else { return false };
        if event == "E" {
            self.note(soak, &data);
            soak.counts.events.one();
        }
        true
    }

    fn note(&mut self, soak: &Soak, data: &str) {
        match data.parse::<u64>() {
            Ok(number) if number >= self.next => (self.next, self.seen) = (number + 1, self.seen + 1),
            Ok(_) => soak.counts.doubled.one(),
            Err(_) => soak.counts.broken.one(),
        }
    }
}
