//! Secrets in the memory of the process: while sockets live they are there, and afterwards nowhere. Looked for is every place
//! that the process may write to: its heaps, its stacks, its data.

use crate::native_api::{Arguments, Class, Component, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use crate::objects::keys;
use crate::objects::registrations::SINGLES;
use crate::objects::row_tests::named;
use crate::schema::TextOrBlob;
use crate::zmq::{self, CurveKey};
use std::env;
use std::fs::{File, read_to_string};
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::{Zeroize, Zeroizing};

/// What is looked for, by bytes that are not its own.
struct Needle {
    what: &'static str,
    masked: Vec<u8>,
}

const MASK: u8 = 0x5c;

/// So many bytes are read at once, and so many again.
const CHUNK: usize = 1 << 20;

/// More than any memory that is used.
const SHADOW: u64 = 1 << 36;

impl Needle {
    fn new(what: &'static str, bytes: &[u8]) -> Self {
        Self { what, masked: bytes.iter().map(|byte| byte ^ MASK).collect() }
    }

    /// Whether it begins here.
    fn begins(&self, here: &[u8]) -> bool {
        here.len() >= self.masked.len() && here.iter().zip(&self.masked).all(|(byte, masked)| byte ^ MASK == *masked)
    }
}

/// Which of them are there.
fn found(needles: &[Needle], chunk: &mut Vec<u8>) -> Vec<&'static str> {
    let memory = File::open("/proc/self/mem").unwrap();
    let mut there = Vec::new();
    let mut first = [false; 256];
    for needle in needles {
        first[usize::from(needle.masked[0] ^ MASK)] = true;
    }
    for line in read_to_string("/proc/self/maps").unwrap().lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let end = |text: &str| u64::from_str_radix(text, 16).unwrap();
        if !rights.starts_with("rw") {
            continue;
        }
        let (mut at, to) = (end(from), end(to));
        // A sanitizer's shadow, of terabytes: what stands there is no byte of ours.
        if to - at > SHADOW {
            continue;
        }
        while at < to {
            let size = usize::try_from(to - at).unwrap().min(CHUNK);
            // Not all that is mapped can be read.
            let Ok(read) = memory.read_at(&mut chunk[..size], at) else { break };
            for (place, &byte) in chunk[..read].iter().enumerate() {
                if first[usize::from(byte)] {
                    there.extend(needles.iter().filter(|it| it.begins(&chunk[place..read])).map(|it| it.what));
                }
            }
            // Else it would be found here later.
            chunk.zeroize();
            chunk.resize(CHUNK, 0);
            if read < size || size < CHUNK {
                break;
            }
            // What begins in one chunk may end in the next.
            at += u64::try_from(size - 256).unwrap();
        }
    }
    there.sort_unstable();
    there.dedup();
    there
}

/// Keeps the text that is answered, and counts answers.
#[derive(Default)]
struct Kept {
    text: Zeroizing<String>,
    bytes: usize,
}

impl Sink for Kept {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        match reply {
            Reply::Text(text) => *self.text = text.to_owned(),
            Reply::Blob(bytes) => self.bytes += bytes.len(),
            _ => {}
        }
        Ok(())
    }
}

fn units(text: &str) -> Zeroizing<Vec<u16>> {
    let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
    units.extend(text.encode_utf16());
    units
}

/// An object of a class.
struct Object {
    class: &'static dyn Class,
    object: Box<dyn Component>,
}

impl Object {
    fn new(class: &'static dyn Class) -> Self {
        Self { class, object: class.create(Surroundings::default()) }
    }

    fn call(&self, name: &str, values: &[Value<'_>]) -> Kept {
        let method = self.class.find_method(&units(name)).expect(name);
        let given = values.len().try_into().unwrap();
        let mut kept = Kept::default();
        let done = self.object.call(method, &Arguments::of(values, given), Output::to(&mut kept));
        assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
        kept
    }

    fn last_endpoint(&self) -> String {
        let property = self.class.find_property(&units("LastEndpoint")).unwrap();
        let mut kept = Kept::default();
        assert!(self.object.get(property, Output::to(&mut kept)).is_ok());
        kept.text.to_string()
    }
}

/// A secret as scripts have it, and what is looked for of it: both its halves as bytes, and all of it as a text.
struct Secret {
    /// Moved as a pointer: what is moved stays behind.
    key: Box<Zeroizing<CurveKey>>,
    text: Zeroizing<String>,
    units: Zeroizing<Vec<u16>>,
}

impl Secret {
    fn new() -> Self {
        let mut key = Box::new(Zeroizing::new(CurveKey::default()));
        zmq::new_secret_key(&mut key).unwrap();
        let text = keys::z85(&key);
        let units = units(&text);
        Self { key, text, units }
    }

    /// As `ZeroMQ.Curve` answers it.
    fn answered(curve: &Object) -> Self {
        let text = curve.call("NewSecretKey", &[]).text;
        let units = units(&text);
        let mut key = Box::new(Zeroizing::new(CurveKey::default()));
        assert!(keys::read(keys::SECRET_KEY, TextOrBlob::Text(&units), &mut key).is_ok());
        Self { key, text, units }
    }

    fn needles(&self, names: [&'static str; 4]) -> [Needle; 4] {
        let wide = Zeroizing::new(self.units.iter().flat_map(|unit| unit.to_ne_bytes()).collect::<Vec<_>>());
        [
            Needle::new(names[0], &self.key[..16]),
            Needle::new(names[1], &self.key[16..]),
            // The short password begins as the long one does.
            Needle::new(names[2], &self.text.as_bytes()[..SHORT]),
            Needle::new(names[3], &wide),
        ]
    }
}

const SERVER: [&str; 4] = ["server 1", "server 2", "server text", "server wide"];
const CLIENT: [&str; 4] = ["client 1", "client 2", "client text", "client wide"];
const ANSWERED: [&str; 4] = ["answered 1", "answered 2", "answered text", "answered wide"];
const REFUSED: [&str; 4] = ["refused 1", "refused 2", "refused text", "refused wide"];
const REPLACED: [&str; 4] = ["replaced 1", "replaced 2", "replaced text", "replaced wide"];
const PASSWORD: [&str; 4] = ["password 1", "password 2", "password text", "password wide"];

/// How long the short password is.
const SHORT: usize = 12;

/// Binds one and connects the other.
fn meet(pull: &Object, push: &Object) {
    pull.call("Bind", &[Value::Text(&units("tcp://127.0.0.1:*"))]);
    push.call("Connect", &[Value::Text(&units(&pull.last_endpoint()))]);
}

/// They meet, and the other is let in.
fn connected(pull: Object, push: Object) -> (Object, Object) {
    meet(&pull, &push);
    push.call("Send", &[Value::Blob(b"let me in")]);
    assert_eq!(pull.call("Recv", &[Value::Int(20_000)]).bytes, 9);
    (pull, push)
}

/// Each secret is used as it can be, over tcp; what was found meanwhile, and what to look for afterwards.
fn use_them(chunk: &mut Vec<u8>) -> (Vec<&'static str>, Vec<Needle>) {
    let (server, client, password) = (Secret::new(), Secret::new(), Secret::new());
    let mut needles: Vec<_> = server.needles(SERVER).into();
    needles.extend(client.needles(CLIENT));
    needles.extend(password.needles(PASSWORD));
    let single = |name| Object::new(SINGLES.iter().find(|single| single.names.short == name).unwrap().class);
    let (auth, curve) = (single("Auth"), single("Curve"));
    let (answered, refused, replaced) = (Secret::answered(&curve), Secret::new(), Secret::new());
    needles.extend(answered.needles(ANSWERED));
    needles.extend(refused.needles(REFUSED));
    needles.extend(replaced.needles(REPLACED));
    let (user, other, domain) = (units("user"), units("other"), units("memory"));
    auth.call("AddUser", &[Value::Text(&user), Value::Text(&password.units), Value::Text(&domain)]);
    auth.call("AddKey", &[Value::Blob(&zmq::public_key(&client.key)), Value::Text(&domain)]);
    curve.call("PublicKey", &[Value::Text(&server.units)]);
    let socket = |name| Object::new(named(name));
    let mut sockets = Vec::new();
    // Short ones lie inside of texts and messages, longer ones in blocks of their own.
    let short: Zeroizing<Vec<u16>> = Zeroizing::new(password.units[..SHORT].to_vec());
    let short_user = units("short");
    auth.call("AddUser", &[Value::Text(&short_user), Value::Text(&short), Value::Text(&domain)]);
    for with in [None, Some((&user, &password.units)), Some((&short_user, &short))] {
        let (pull, push) = (socket("Pull"), socket("Push"));
        let Some((user, password)) = with else {
            pull.call("SetCurveServer", &[Value::Text(&server.units), Value::Text(&domain)]);
            let public = zmq::public_key(&server.key);
            push.call("SetCurveClient", &[Value::Blob(&public), Value::Blob(&client.key[..])]);
            sockets.push(connected(pull, push));
            continue;
        };
        pull.call("SetPlainServer", &[Value::Text(&domain)]);
        push.call("SetPlainClient", &[Value::Text(user), Value::Text(password)]);
        sockets.push(connected(pull, push));
    }
    // Of a password that was replaced, of keys and passwords that let nobody in, of calls that fail, nothing stays either.
    for password in [&replaced.units, &password.units] {
        auth.call("AddUser", &[Value::Text(&other), Value::Text(password), Value::Text(&domain)]);
    }
    auth.call("RemoveUser", &[Value::Text(&other), Value::Text(&domain)]);
    for secured in ["Plain", "Curve"] {
        let (pull, push) = (socket("Pull"), socket("Push"));
        if secured == "Plain" {
            pull.call("SetPlainServer", &[Value::Text(&domain)]);
            push.call("SetPlainClient", &[Value::Text(&user), Value::Text(&refused.units)]);
        } else {
            pull.call("SetCurveServer", &[Value::Text(&answered.units), Value::Text(&domain)]);
            let public = zmq::public_key(&answered.key);
            push.call("SetCurveClient", &[Value::Blob(&public), Value::Text(&refused.units)]);
        }
        meet(&pull, &push);
        assert_eq!(pull.call("Recv", &[Value::Int(300)]).bytes, 0, "{secured}: it was let in");
        sockets.push((pull, push));
    }
    drop((server, client, password, short, answered, refused, replaced));
    let found = found(&needles, chunk);
    for (pull, push) in &sockets {
        push.call("Close", &[]);
        pull.call("Close", &[]);
    }
    auth.call("Close", &[]);
    (found, needles)
}

/// In a process of its own, whose memory is small and nobody else's.
#[test]
fn a_secret_is_nowhere_once_it_was_used() {
    const ALONE: &str = "ADDIN_ZEROMQ_MEMORY_TEST";
    if env::var_os(ALONE).is_some() {
        return look_for_secrets();
    }
    let name = "objects::socket::memory_tests::a_secret_is_nowhere_once_it_was_used";
    let mut alone = Command::new(env::current_exe().unwrap());
    alone.args(["--exact", name, "--nocapture"]).env(ALONE, "1");
    let ended = alone.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ended.stderr));
}

fn look_for_secrets() {
    let mut chunk = vec![0; CHUNK];
    let (before, needles) = use_them(&mut chunk);
    // libzmq and the Auth must have them: else this would look in the wrong place.
    for there in ["server 1", "server 2", "client 1", "client 2", "password text"] {
        assert!(before.contains(&there), "{there} is not found where it is: {before:?}");
    }
    // The sockets end in the background.
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let left = found(&needles, &mut chunk);
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < end, "still there: {left:?}");
        thread::sleep(Duration::from_millis(50));
    }
}
