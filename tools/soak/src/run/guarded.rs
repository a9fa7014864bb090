//! Servers that let in only some, by CURVE and by PLAIN: friends who come and go, strangers without the right key or password, an
//! Auth that changes its mind.

use super::Soak;
use super::counts::Count;
use host::random::Random;
use host::{Host, Object, Value, args};
use std::time::{Duration, Instant};

const FRIEND: &[u8] = b"friend";
const STRANGER: &[u8] = b"stranger";

/// What the servers ask for.
const DOMAIN: &str = "soak";

/// How long a friend may take to come in: strangers keep the handler busy, and so do all other loads the machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client with its message on the way.
fn client(host: &Host, at: &str, secure: impl FnOnce(&Object), word: &[u8]) -> Object {
    let push = host.create("ZeroMQ.Push");
    push.must("SetOption", args!["Linger", 0]);
    push.must("SetOption", args!["ReconnectMaxInterval", 100]);
    secure(&push);
    push.must("Connect", args![at]);
    push.must("Send", [Value::blob(word)]);
    push
}

/// A server, and where it is.
fn server(soak: &Soak, host: &Host, secure: impl FnOnce(&Object)) -> (Object, String) {
    let server = host.create("ZeroMQ.Pull");
    secure(&server);
    server.must("Bind", args!["tcp://127.0.0.1:*"]);
    let at = server.text_of("LastEndpoint");
    soak.note(&at, "PUSH");
    (server, at)
}

/// Waits until the friend is in; a stranger must not be.
fn let_in(soak: &Soak, server: &Object, count: &Count) {
    let end = Instant::now() + PATIENCE;
    loop {
        match server.call("Recv", args![100]) {
            Ok(Value::Blob(word)) if word == FRIEND => {
                count.one();
                return;
            }
            Ok(Value::Blob(_)) => {
                soak.counts.broken.one();
                eprintln!("чужой впущен");
            }
            Ok(_) if soak.counts.over() => return,
            Ok(_) if Instant::now() > end => {
                soak.counts.lose(1, &"свой не впущен");
                return;
            }
            Ok(_) => {}
            Err(failed) => soak.counts.fail(&failed),
        }
    }
}

/// Each turn a friend is let in, and a stranger is not.
pub fn guarding(soak: &Soak, mut random: Random) {
    let host = soak.host();
    let keys = host.create("ZeroMQ.Curve");
    let secret = keys.must("NewSecretKey", []).text().to_owned();
    let server_key = keys.must("PublicKey", args![secret.as_str()]).text().to_owned();
    let (by_key, key_at) = server(soak, &host, |it| drop(it.must("SetCurveServer", args![secret.as_str(), DOMAIN])));
    let (by_word, word_at) = server(soak, &host, |it| drop(it.must("SetPlainServer", args![DOMAIN])));
    let mut auth = host.create("ZeroMQ.Auth");
    while !soak.counts.over() {
        if random.below(8) == 0 {
            auth = {
                // The domain is free when its owner has gone.
                auth.must("Close", []);
                host.create("ZeroMQ.Auth")
            };
        }
        if random.below(3) == 0 {
            words(soak, &mut random, &auth, &by_word, &word_at);
        } else {
            curve(soak, &keys, &auth, &server_key, &by_key, &key_at);
        }
        auth.must("ReadDecisions", args![1000]);
        // The host's own books of freed blocks are not to grow.
        let _ = host.memory().counts();
    }
}

/// The stranger has a key that nobody knows.
fn curve(soak: &Soak, keys: &Object, auth: &Object, server_key: &str, server: &Object, at: &str) {
    let host = auth.host();
    let key = || keys.must("NewSecretKey", []).text().to_owned();
    let friend_key = key();
    let public = keys.must("PublicKey", args![friend_key.as_str()]).text().to_owned();
    auth.must("AddKey", args![public.as_str(), DOMAIN]);
    let as_client = |secret: String, word| {
        client(host, at, |it| drop(it.must("SetCurveClient", args![server_key, secret.as_str()])), word)
    };
    let peers = (as_client(key(), STRANGER), as_client(friend_key, FRIEND));
    let_in(soak, server, &soak.counts.guarded);
    auth.must("RemoveKey", args![public.as_str(), DOMAIN]);
    drop(peers);
}

/// The stranger has a wrong password, one that was right before, or somebody else's name.
fn words(soak: &Soak, random: &mut Random, auth: &Object, server: &Object, at: &str) {
    let host = auth.host();
    let [name, password, other] = ["свой", "пароль", "иной"].map(|word| format!("{word} {}", random.draw()));
    let (name, password, other) = (name.as_str(), password.as_str(), other.as_str());
    if random.below(2) == 0 {
        auth.must("AddUser", args![name, other, DOMAIN]);
    }
    auth.must("AddUser", args![name, password, DOMAIN]);
    let as_client = |name: &str, password: &str, word| {
        client(host, at, |it| drop(it.must("SetPlainClient", args![name, password])), word)
    };
    let wrong = random.pick(&[(name, other), (other, password), (name, name), (password, name)]);
    let peers = (as_client(wrong.0, wrong.1, STRANGER), as_client(name, password, FRIEND));
    let_in(soak, server, &soak.counts.known);
    auth.must("RemoveUser", args![name, DOMAIN]);
    drop(peers);
}
