//! What goes on beside the loads: objects that come and go, strangers, storms.

use super::{Soak, blow};
use host::hostile::{Attack, attack};
use host::random::Random;
use host::zmtp::port;
use host::{Farewell, Object, SOCKET_CLASSES, Value, args};
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
