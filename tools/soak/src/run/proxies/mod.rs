//! Proxies of each kind are made, paused, resumed, stopped and dropped; what their peers say while one runs comes through, before
//! its end at the latest. Here a Streamer, and what all kinds do.

pub mod forwarder;
pub mod queue;

use super::Soak;
use super::loads::{PATIENCE, mark, socket};
use super::watching;
use host::random::Random;
use host::{CallFailed, Host, Object, Transport, Value, args};
use std::time::{Duration, Instant};

/// Messages of one proxy, at the most.
const MESSAGES: usize = 200;

/// A proxy at work, with these options of its backend; None where a storm or a shortage took an address.
fn started(soak: &Soak, random: &mut Random, host: &Host, kind: &str, options: &[(&str, Value)]) -> Option<Object> {
    let proxy = host.create("ZeroMQ.Proxy");
    proxy.must("SetKind", args![kind]);
    for (name, value) in options {
        proxy.must("SetBackendOption", [Value::from(*name), value.clone()]);
    }
    for side in ["BindFrontend", "BindBackend", "BindCapture"] {
        let _ = proxy.call(side, args![soak.endpoints.to_bind(random.pick(&Transport::ALL))]);
    }
    if proxy.call("Start", []).is_err() {
        soak.counts.nap(Duration::from_millis(20));
        return None;
    }
    Some(proxy)
}

/// Holds all traffic for a moment; what is said meanwhile waits.
fn paused(soak: &Soak, random: &mut Random, proxy: &Object, meanwhile: impl FnOnce(&mut Random)) {
    if let Err(failed) = proxy.call("Pause", []) {
        soak.counts.fail(&failed);
    }
    meanwhile(random);
    watching::read(soak, random, proxy);
    std::thread::sleep(Duration::from_millis(random.below(5)));
    if let Err(failed) = proxy.call("Resume", []) {
        soak.counts.fail(&failed);
    }
}

/// In whichever way; it takes its time, but no more.
fn ended(soak: &Soak, random: &mut Random, proxy: Object) {
    // The host's own books of freed blocks are not to grow.
    let _ = proxy.host().memory().counts();
    let start = Instant::now();
    match random.below(3) {
        0 => drop(proxy.must("Stop", args![1_000])),
        1 => drop(proxy.must("Close", [])),
        _ => drop(proxy),
    }
    if start.elapsed() > Duration::from_secs(5) {
        soak.counts.fail(&format!("прокси останавливался {:?}", start.elapsed()));
    }
    soak.counts.nap(Duration::from_millis(random.below(50)));
}

/// Sends these parts as one message; false where there was no room in time, and nothing of it has gone.
fn send(socket: &Object, parts: &[Vec<u8>]) -> Result<bool, CallFailed> {
    let (last, before) = parts.split_last().expect("a part");
    for part in before {
        socket.call("SendPart", [Value::blob(part)])?;
    }
    let sent = socket.call("Send", [Value::blob(last)])?.truth();
    if !sent && !before.is_empty() {
        socket.call("DropParts", [])?;
    }
    Ok(sent)
}

/// All parts of the next message; none where nothing came in time.
fn receive(socket: &Object, timeout: i32) -> Result<Vec<Vec<u8>>, CallFailed> {
    let Value::Whole(_, count) = socket.call("RecvMultipart", args![timeout])? else { return Ok(Vec::new()) };
    (0..count)
        .map(|part| {
            let part = socket.call("GetPart", args![i32::try_from(part).expect("few")])?;
            Ok(part.bytes().to_vec())
        })
        .collect()
}

/// Tasks, some of which are still on their way when the last was sent: whole, in order, none missing.
pub fn passing_tasks(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let Some(proxy) = started(soak, &mut random, &host, "Streamer", &[]) else { continue };
        let push = socket(&host, "ZeroMQ.Push", "Connect", &proxy.text_of("FrontendEndpoint"));
        let pull = socket(&host, "ZeroMQ.Pull", "Connect", &proxy.text_of("BackendEndpoint"));
        if let Err(failed) = tasks(soak, &mut random, &proxy, &push, &pull) {
            soak.counts.fail(&failed);
        }
        ended(soak, &mut random, proxy);
    }
}

fn tasks(soak: &Soak, random: &mut Random, proxy: &Object, push: &Object, pull: &Object) -> Result<(), CallFailed> {
    let mut sent = Vec::new();
    for number in 0..random.below(MESSAGES) {
        if random.below(50) == 0 {
            paused(soak, random, proxy, |_| ());
        }
        let task = vec![mark(0, number, random.below(3_000))];
        if send(push, &task)? {
            sent.push(task);
        }
    }
    let since = Instant::now();
    let mut came = 0;
    while came < sent.len() {
        let task = receive(pull, 300)?;
        if task.is_empty() {
            if since.elapsed() > PATIENCE {
                soak.counts.lose((sent.len() - came) as u64, &"задания через прокси");
                break;
            }
            continue;
        }
        if task == sent[came] {
            soak.counts.streamed_on.one();
        } else {
            soak.counts.broken.one();
        }
        came += 1;
    }
    Ok(())
}
