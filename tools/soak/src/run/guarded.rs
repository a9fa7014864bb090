//! Servers that let in only some: friends who come and go, strangers without the right key, an Auth that changes its mind.

use super::Soak;
use host::random::Random;
use host::{Host, Object, Value, args};
use std::time::{Duration, Instant};

const FRIEND: &[u8] = b"friend";
const STRANGER: &[u8] = b"stranger";

/// How long a friend may take to come in: strangers keep the handler busy, and so do all other loads the machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client with its message on the way.
fn client(host: &Host, at: &str, server_key: &str, secret: &str, word: &[u8]) -> Object {
    let push = host.create("ZeroMQ.Push");
    push.must("SetOption", args!["Linger", 0]);
    push.must("SetOption", args!["ReconnectMaxInterval", 100]);
    push.must("SetCurveClient", args![server_key, secret]);
    push.must("Connect", args![at]);
    push.must("Send", [Value::blob(word)]);
    push
}

/// Each turn a friend is let in, and a stranger is not.
pub fn guarding(soak: &Soak, mut random: Random) {
    let host = soak.host();
    let curve = host.create("ZeroMQ.Curve");
    let key = || curve.must("NewSecretKey", []).text().to_owned();
    let public = |secret: &str| curve.must("PublicKey", args![secret]).text().to_owned();
    let secret = key();
    let server_key = public(&secret);
    let server = host.create("ZeroMQ.Pull");
    server.must("SetCurveServer", args![secret.as_str(), "soak"]);
    server.must("Bind", args!["tcp://127.0.0.1:*"]);
    let at = server.text_of("LastEndpoint");
    soak.note(&at, "PUSH");
    let mut auth = host.create("ZeroMQ.Auth");
    while !soak.counts.over() {
        if random.below(8) == 0 {
            auth = {
                // The domain is free when its owner has gone.
                auth.must("Close", []);
                host.create("ZeroMQ.Auth")
            };
        }
        let friend_key = key();
        auth.must("AddKey", args![public(&friend_key).as_str(), "soak"]);
        let stranger = client(&host, &at, &server_key, &key(), STRANGER);
        let friend = client(&host, &at, &server_key, &friend_key, FRIEND);
        let end = Instant::now() + PATIENCE;
        loop {
            match server.call("Recv", args![100]) {
                Ok(Value::Blob(word)) if word == FRIEND => {
                    soak.counts.guarded.one();
                    break;
                }
                Ok(Value::Blob(_)) => {
                    soak.counts.broken.one();
                    eprintln!("чужой впущен");
                }
                Ok(_) if soak.counts.over() => break,
                Ok(_) if Instant::now() > end => {
                    soak.counts.lose(1, &"свой не впущен");
                    break;
                }
                Ok(_) => {}
                Err(failed) => soak.counts.fail(&failed),
            }
        }
        auth.must("RemoveKey", args![public(&friend_key).as_str(), "soak"]);
        auth.must("ReadDecisions", args![1000]);
        drop((stranger, friend));
    }
}
