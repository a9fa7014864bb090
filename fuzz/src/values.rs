//! Texts and values that a script passes. Nothing here leads off this machine: an endpoint of a network kind names the
//! loopback interface or is broken.

use crate::script::Script;
use host::{Endpoints as Folder, Value, vt};
use std::sync::OnceLock;

/// Shared names, so that sockets meet.
const INPROC: [&str; 4] = ["inproc://a", "inproc://b", "INPROC://a", "inproc://я"];

/// Addresses that the system completes.
const FRESH: [&str; 3] = ["tcp://127.0.0.1:*", "tcp://lo:*", "tcp://[::1]:*"];

/// Endpoints that are wrong, each in its own way.
const BROKEN: [&str; 24] = [
    "",
    "://",
    "tcp",
    "tcp://",
    "tcp:///",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:",
    "tcp://127.0.0.1:-1",
    "tcp://127.0.0.1:65536",
    "tcp://127.0.0.1:99999999999999999999",
    "tcp://127.0.0.1:http",
    "tcp://[::1",
    "tcp://[]:*",
    "tcp://;127.0.0.1:1",
    "tcp://127.0.0.1:*;127.0.0.1:*",
    "ipc://",
    "ipc:///no/such/folder/x",
    "inproc://",
    "inproc",
    "udp://127.0.0.1:*",
    "pgm://127.0.0.1;239.192.1.1:5555",
    "tipc://{1,2,3}",
    "ws://127.0.0.1:*",
    "inproc://zeromq.zap.01",
];

/// What the script's sockets are bound to, and a folder for ipc.
#[derive(Default)]
pub struct Endpoints {
    pub known: Vec<String>,
    /// The ids of the script's sockets, also of those that are gone.
    pub sockets: Vec<Value>,
}

/// One folder for the whole run: making one for each input would be most of the work. ci/fuzz removes it.
fn ipc(name: &str) -> String {
    static PLACE: OnceLock<Folder> = OnceLock::new();
    PLACE.get_or_init(Folder::new).ipc(name)
}

impl Endpoints {
    /// An endpoint to bind.
    pub fn to_bind(&self, script: &mut Script<'_>) -> Value {
        match script.below(8) {
            0..=3 => script.pick(&INPROC).into(),
            4 => script.pick(&FRESH).into(),
            5 => ipc(script.pick(&["a", "b", "c"])).into(),
            _ => self.any(script),
        }
    }

    /// An endpoint that, more often than not, somebody is bound to.
    pub fn to_connect(&self, script: &mut Script<'_>) -> Value {
        match script.below(8) {
            0..=5 if !self.known.is_empty() => self.known[script.below(self.known.len())].as_str().into(),
            0..=6 => script.pick(&INPROC).into(),
            _ => self.any(script),
        }
    }

    /// The id of a socket that, more often than not, there is or was.
    pub fn socket(&self, script: &mut Script<'_>) -> Value {
        match script.below(8) {
            0..=6 if !self.sockets.is_empty() => self.sockets[script.below(self.sockets.len())].clone(),
            _ => number(script),
        }
    }

    fn any(&self, script: &mut Script<'_>) -> Value {
        match script.below(8) {
            0..=2 => script.pick(&BROKEN).into(),
            3 => Value::Wide([inproc(), script.units(20)].concat()),
            4 => {
                // No digit, so that no port of somebody else's is met; no semicolon, which would make this the address to
                // connect from.
                let bytes = script.bytes(12).into_iter().map(|byte| byte & 0x7f);
                let tail: String = bytes.map(char::from).filter(|it| !it.is_ascii_digit() && *it != ';').collect();
                format!("tcp://127.0.0.1:{tail}").into()
            }
            5 => {
                let tail: String = script.bytes(130).into_iter().map(|byte| char::from(byte | 0x40)).collect();
                ipc(&tail.replace('/', "_")).into()
            }
            6 => Value::Wide(vec![u16::from(script.byte()); usize::from(script.byte()) * 40]),
            _ => wild(script),
        }
    }
}

fn inproc() -> Vec<u16> {
    "inproc://".encode_utf16().collect()
}

/// Bytes to send.
pub fn data(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=4 => Value::Blob(script.bytes(40)),
        5 => Value::Blob(vec![script.byte(); usize::from(script.byte()) * 64]),
        6 => Value::Blob(Vec::new()),
        _ => wild(script),
    }
}

/// A text to send.
pub fn text(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=3 => Value::Text(String::from_utf8_lossy(&script.bytes(40)).into_owned()),
        4 => Value::Text("ж".repeat(usize::from(script.byte()) * 64)),
        5 => Value::Wide(script.units(40)),
        6 => Value::Text(String::new()),
        _ => wild(script),
    }
}

/// A pair, that of zmq_curve(7).
pub const PUBLIC_KEY: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
pub const SECRET_KEY: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

/// A key of CURVE, mostly.
pub fn key(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=3 => Value::Blob(vec![script.byte(); 32]),
        4 | 5 => script.pick(&["HelloWorldHelloWorldHelloWorldHelloWorld", PUBLIC_KEY, SECRET_KEY]).into(),
        6 => text(script),
        _ => data(script),
    }
}

/// One of few names, so that scripts meet.
pub fn short(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=4 => script.pick(&["global", "user", "домен"]).into(),
        5 => text(script),
        6 => Value::Text(String::new()),
        _ => wild(script),
    }
}

/// From where peers may come.
pub fn address(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=4 => script.pick(&["127.0.0.1", "10.0.0.0/8", "::1", "::/0", "ipc", "1.2.3.4/33"]).into(),
        5 => text(script),
        _ => wild(script),
    }
}

/// What a poller is to wait for.
pub fn events(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=2 => "Receive".into(),
        3..=4 => "отправка".into(),
        5 => "Send, Получение".into(),
        6 => Value::Wide(script.units(20)),
        _ => wild(script),
    }
}

/// A timeout for one call that keeps nobody, right or wrong.
pub fn own_timeout(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=2 => Value::i4(script.pick(&[0, 1, 2])),
        3 | 4 => Value::i4(-2),
        5 => Value::R8(script.pick(&[0.0, -2.0, 0.5, -3.0, f64::NAN, f64::INFINITY, 4e9])),
        6 => script.pick(&[Value::Empty, Value::Null, Value::Bool(true)].each_ref()).clone(),
        _ => Value::i4(script.pick(&[-3, i32::MIN])),
    }
}

/// JSON of messages: what `SendBatch` takes, or nearly.
pub fn batch(script: &mut Script<'_>) -> Value {
    const WHOLE: [&str; 8] = [
        "\"\"",
        "\"text\"",
        "\"\\u0000\\ud83d\\ude00\"",
        "{\"base64\":\"/wA=\"}",
        "{\"base64\":\"\"}",
        "[\"a\",{\"base64\":\"YQ==\"},\"\"]",
        "[\"one\"]",
        " \"\\n\" ",
    ];
    const BROKEN: [&str; 12] = [
        "",
        "5",
        "null",
        "true",
        "{}",
        "[]",
        "{\"base64\":5}",
        "{\"base64\":\"?\"}",
        "{\"base64\":\"\",\"x\":0}",
        "[[\"x\"]]",
        "\"\\ud800\"",
        "\"",
    ];
    if script.chance(8) {
        return text(script);
    }
    let count = script.below(6);
    let messages: Vec<_> =
        (0..count).map(|_| if script.chance(12) { script.pick(&BROKEN) } else { script.pick(&WHOLE) }).collect();
    let mut json = format!("[{}]", messages.join(","));
    match script.below(16) {
        0 => json = json.repeat(2),
        1 => json = "[".repeat(usize::from(script.byte()) * 20),
        2 => json.truncate(script.below(json.len() + 1).min(json.len())),
        _ => {}
    }
    Value::Text(json)
}

pub fn number(script: &mut Script<'_>) -> Value {
    match script.below(8) {
        0..=3 => Value::i4(script.pick(&[0, 1, 2, -1, 5, 1000, i32::MAX, i32::MIN])),
        4 => Value::i4(script.int()),
        5 => Value::R8(script.pick(&[0.0, 1.0, -1.0, 0.5, 2_147_483_648.0, f64::NAN, f64::INFINITY, -0.0])),
        6 => Value::R8(f64::from_bits(script.long().cast_unsigned())),
        _ => wild(script),
    }
}

/// Any value in any variant. Only what a pointer leads to is real: no component can look behind a wild one.
pub fn wild(script: &mut Script<'_>) -> Value {
    let pointers = [vt::PWSTR, vt::BLOB];
    match script.below(12) {
        0 => Value::Empty,
        1 => Value::Null,
        2 => Value::Bool(script.chance(2)),
        3 => Value::Whole(
            script.pick(&[vt::I1, vt::UI1, vt::I2, vt::UI2, vt::I4, vt::UI4, vt::I8, vt::UI8, vt::INT, vt::UINT]),
            script.long(),
        ),
        4 => Value::R4(f32::from_bits(script.int().cast_unsigned())),
        5 => Value::Date(f64::from_bits(script.long().cast_unsigned())),
        6 => Value::Time([2026, 2, 29, 24, 60, 61]),
        7 => Value::Wide(harmless(script.units(60))),
        8 => Value::Blob(script.bytes(60)),
        9 => Value::NullPointer(script.pick(&[vt::PWSTR, vt::BLOB, vt::PSTR]), script.int().cast_unsigned()),
        10 => Value::Pstr(script.bytes(20)),
        _ => {
            let code = script.int() as u16;
            let code = if pointers.contains(&code) { vt::INTERFACE } else { code };
            Value::Raw(code, script.bytes(56))
        }
    }
}

/// A text of any units that names no address outside of the process.
fn harmless(units: Vec<u16>) -> Vec<u16> {
    let text = String::from_utf16_lossy(&units);
    if text.contains("://") { inproc() } else { units }
}
