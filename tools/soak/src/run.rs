//! A soak: one long-lived process, as rphost is one, holds the objects under load while faults are injected; every
//! message of what survives is accounted for, and the process must use no more at the end than at the start.
//! `soak SECONDS`; the exit code tells.

mod abreast;
mod addressed;
mod bystanders;
mod counts;
mod crowd;
mod events;
mod guarded;
mod loads;
mod proxies;
mod table;
mod usage;
mod watching;
mod wholesale;

use counts::Counts;
use host::figures::limit_descriptors;
use host::random::Random;
use host::storm::Storm;
use host::{Host, Library, Settings};
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};
use usage::{Course, Usage};

/// What was sent to nobody stays for ZMQ_LINGER, 30 s, and a socket with it: before that nothing is level.
const WARM: Duration = Duration::from_secs(40);
/// How long closed sockets wait for absent peers (src/objects/defaults.rs).
const LINGER: Duration = Duration::from_secs(30);

const SHORTEST: u64 = 60;

/// Everything that the threads of a soak share.
struct Soak {
    library: Arc<Library>,
    counts: Counts,
    endpoints: host::Endpoints,
    server: OnceLock<String>,
    publisher: OnceLock<String>,
    router: OnceLock<String>,
    stream: OnceLock<String>,
    /// Ports for strangers, and what these claim to be.
    noted: Mutex<Vec<(String, &'static str)>>,
    heard: AtomicU64,
}

impl Soak {
    fn new() -> Self {
        Self {
            library: Library::built(),
            counts: Counts::default(),
            endpoints: host::Endpoints::new(),
            server: OnceLock::new(),
            publisher: OnceLock::new(),
            router: OnceLock::new(),
            stream: OnceLock::new(),
            noted: Mutex::default(),
            heard: AtomicU64::new(0),
        }
    }

    fn note(&self, endpoint: &str, claim: &'static str) {
        if endpoint.starts_with("tcp") {
            self.noted.lock().expect("no panic while held").push((endpoint.to_owned(), claim));
        }
    }

    fn noted(&self) -> Vec<(String, &'static str)> {
        self.noted.lock().expect("no panic while held").clone()
    }

    fn offer_server(&self, endpoint: &str) {
        self.server.get_or_init(|| endpoint.to_owned());
    }

    fn server(&self) -> String {
        self.server.wait().clone()
    }

    fn offer_publisher(&self, endpoint: &str) {
        self.publisher.get_or_init(|| endpoint.to_owned());
    }

    fn publisher(&self) -> String {
        self.publisher.wait().clone()
    }

    /// How far the surviving subscriber has come.
    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    fn hear(&self, number: u64) {
        self.heard.store(number, Ordering::Relaxed);
    }

    /// A host session of its own, whose allocator refuses at random.
    fn host(&self) -> Host {
        Host::with(&self.library, Settings { strict: false, ..Settings::default() })
    }
}

#[must_use]
pub fn main(words: &[String]) -> ExitCode {
    if let [first, role, endpoint] = words
        && first == "for-ever"
    {
        loads::for_ever(role, endpoint);
        return ExitCode::SUCCESS;
    }
    let seconds = match words {
        [] => Some(300),
        [one] => one.parse::<u64>().ok().filter(|&seconds| seconds >= SHORTEST),
        _ => None,
    };
    let Some(seconds) = seconds else {
        eprintln!("ci/soak [СЕКУНДЫ, не меньше {SHORTEST}]");
        return ExitCode::from(2);
    };
    limit_descriptors(None);
    let soak = Soak::new();
    let course = run(&soak, Duration::from_secs(seconds));
    let good = table::print(&soak.counts, seconds, &course);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Gives what the process used.
fn run(soak: &Soak, length: Duration) -> Course {
    let start = Instant::now();
    let mut random = Random::by_clock("выдержка");
    let (before, mut during) = (Usage::at_rest(), Vec::new());
    thread::scope(|scope| {
        let loads: [fn(&Soak, Random); 22] = [
            loads::tasks_over_tcp,
            loads::tasks_over_ipc,
            loads::requests,
            loads::answers,
            loads::publishing,
            loads::subscribing,
            addressed::routing,
            addressed::dealing,
            addressed::streaming,
            addressed::talking,
            abreast::conversing,
            abreast::forwarding,
            wholesale::taking,
            wholesale::asking,
            guarded::guarding,
            events::listening,
            bystanders::churn,
            proxies::passing_tasks,
            proxies::queue::passing_requests,
            proxies::forwarder::passing_publications,
            bystanders::strangers,
            bystanders::storms,
        ];
        for load in loads {
            let random = Random::new(random.draw());
            scope.spawn(move || load(soak, random));
        }
        let bar = bar(length);
        while start.elapsed() < length {
            thread::sleep(Duration::from_millis(250));
            bar.set_position(start.elapsed().as_secs());
            bar.set_message(soak.counts.in_short());
            let quarters = u32::try_from(during.len()).unwrap_or(4);
            if quarters < 4 && start.elapsed() > WARM + length.saturating_sub(WARM) / 4 * quarters {
                during.push(Usage::at_rest());
            }
            if soak.counts.hopeless() {
                break;
            }
        }
        bar.finish_and_clear();
        soak.counts.stop();
    });
    let after = left_behind(during.first());
    Course { before, during, after }
}

/// What is still held when nobody works any more and everything that lingered for an absent peer has given up: while the
/// loads run, the objects that they drop are always on their way out, now more of them, now fewer.
fn left_behind(warm: Option<&Usage>) -> Usage {
    let end = Instant::now() + LINGER + Duration::from_secs(15);
    loop {
        let now = Usage::trimmed();
        let is_level = |warm: &Usage| now.figures.descriptors <= warm.figures.descriptors;
        if warm.is_none_or(is_level) || Instant::now() > end {
            return now;
        }
    }
}

fn bar(length: Duration) -> ProgressBar {
    let bar = ProgressBar::new(length.as_secs());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} с  {msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// Signals at some times, none at others.
fn blow(soak: &Soak, random: &mut Random) {
    let before = Storm::caught();
    let storm = Storm::new(Duration::from_micros(500 + random.below(2000)));
    soak.counts.nap(Duration::from_millis(500 + random.below(1500)));
    drop(storm);
    soak.counts.signals.add(Storm::caught() - before);
}
