//! What goes on beside the loads: objects that come and go, strangers, storms.

use super::{Soak, blow};
use host::hostile::{Attack, attack};
use host::random::Random;
use host::zmtp::port;
use host::{Farewell, Object, SOCKET_CLASSES, Transport, Value, args};
use std::time::{Duration, Instant};

/// Objects of all classes are made, used a little and dropped, many with messages for nobody.
pub fn churn(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let class = random.pick(&SOCKET_CLASSES);
        let object = host.create(class);
        let endpoint = match random.below(4) {
            0 => "tcp://127.0.0.1:*".to_owned(),
            1 => soak.endpoints.ipc("никого"),
            2 => format!("inproc://{}", random.draw()),
            _ => "мимо://цели".to_owned(),
        };
        let verb = if random.below(2) == 0 || endpoint.ends_with('*') { "Bind" } else { "Connect" };
        let _ = object.call(verb, args![endpoint]);
        for name in ["SetRecvTimeout", "SetSendTimeout"] {
            let _ = object.call(name, args![1]);
        }
        for method in ["Send", "SendPart", "Recv", "RecvMultipart", "GetPart", "SendTo", "Subscribe"] {
            let argument = if method == "GetPart" { Value::i4(7) } else { Value::blob([1; 500]) };
            let arguments = match method {
                "Recv" | "RecvMultipart" => vec![],
                // To whoever came last, where somebody did.
                "SendTo" => vec![object.call("GetPart", args![0]).unwrap_or_else(|_| argument.clone()), argument],
                _ => vec![argument],
            };
            let _ = object.call(method, arguments);
        }
        look(soak, &host.create("ZeroMQ.Info"));
        let farewell = match random.below(3) {
            0 => Farewell::DestroyOnly,
            1 => Farewell::Delete { base: 1, done: random.below(2) == 0 },
            _ => Farewell::DoneAndDestroy,
        };
        let start = Instant::now();
        object.part(farewell);
        if start.elapsed() > Duration::from_secs(5) {
            soak.counts.fail(&format!("{class} уходил {:?}", start.elapsed()));
        }
        soak.counts.dropped.one();
        let _ = host.memory().counts();
        soak.counts.nap(Duration::from_millis(random.below(20)));
    }
    if host.memory().live() > 0 {
        soak.counts.fail(&"память платформы не возвращена");
    }
}

/// Everything at a glance, while all the others are inside of their calls: nobody is waited for.
fn look(soak: &Soak, info: &Object) {
    let start = Instant::now();
    if let Err(failed) = info.get("Statistics") {
        soak.counts.fail(&failed);
    }
    if start.elapsed() > Duration::from_secs(5) {
        soak.counts.fail(&format!("Статистика ждала {:?}", start.elapsed()));
    }
}

/// Proxies are made, paused, stopped and dropped; what is sent while one runs comes through, before its end at the latest.
pub fn proxies(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let proxy = host.create("ZeroMQ.Proxy");
        proxy.must("SetKind", args!["Streamer"]);
        for side in ["BindFrontend", "BindBackend", "BindCapture"] {
            let _ = proxy.call(side, args![soak.endpoints.to_bind(random.pick(&Transport::ALL))]);
        }
        if proxy.call("Start", []).is_err() {
            // A storm or a shortage took an address.
            soak.counts.nap(Duration::from_millis(20));
            continue;
        }
        let (push, pull) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Pull"));
        let met = push.call("Connect", args![proxy.text_of("FrontendEndpoint")]).is_ok()
            && pull.call("Connect", args![proxy.text_of("BackendEndpoint")]).is_ok();
        let count = random.below(200);
        let mut sent = 0;
        for _ in 0..if met { count } else { 0 } {
            if random.below(50) == 0 {
                let _ = proxy.call("Pause", []);
                let _ = proxy.call("Resume", []);
            }
            sent += usize::from(push.call("Send", args![vec![1; random.below(3_000)]]).is_ok_and(|sent| sent.truth()));
        }
        for _ in 0..sent {
            match pull.call("Recv", []) {
                Ok(message) if message.is_empty() => {
                    soak.counts.lost.one();
                    break;
                }
                Ok(_) => {}
                Err(failed) => soak.counts.fail(&failed),
            }
        }
        let start = Instant::now();
        match random.below(3) {
            0 => drop(proxy.must("Stop", args![1_000])),
            1 => drop(proxy.must("Close", [])),
            _ => drop(proxy),
        }
        if start.elapsed() > Duration::from_secs(5) {
            soak.counts.fail(&format!("прокси останавливался {:?}", start.elapsed()));
        }
        soak.counts.proxied.add(sent as u64);
        soak.counts.nap(Duration::from_millis(random.below(50)));
    }
}

/// Strangers attack every port of the loads in turn.
pub fn strangers(soak: &Soak, mut random: Random) {
    while !soak.counts.over() {
        for (endpoint, claim) in soak.noted() {
            let kind = random.pick(&Attack::ALL);
            attack(kind, port(&endpoint), claim, &mut random);
            soak.counts.strangers.one();
        }
        soak.counts.nap(Duration::from_millis(random.below(100)));
    }
}

pub fn storms(soak: &Soak, mut random: Random) {
    while !soak.counts.over() {
        blow(soak, &mut random);
        soak.counts.nap(Duration::from_millis(500 + random.below(2000)));
    }
}
