//! The options of the sockets: each is as its row says, and libzmq does what is said.

use super::options::Key;
use super::{Socket, defaults};
use crate::native_api::{Class, Surroundings};
use crate::objects::classes::{Abilities, SOCKETS};
use crate::objects::registrations::{INFO_CLASS, SOCKET_CLASSES};
use crate::objects::row_tests::named;
use crate::schema::{KeptValue, OptionValue, Options, TextOrBlob, Timeout, check_options, option_defaults};
use crate::zmq::{BytesOption, IntOption};
use std::sync::Weak;
use std::sync::atomic::{AtomicUsize, Ordering};

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// An inproc endpoint that nobody else has.
fn endpoint() -> Vec<u16> {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    units(&format!("inproc://options.{}", MADE.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn every_option_is_as_its_row_says() {
    let bind = |socket: &mut Socket| {
        let is_stream = socket.class.can(Abilities::STREAMS);
        let endpoint = if is_stream { units("tcp://127.0.0.1:*") } else { endpoint() };
        socket.bind(&endpoint).unwrap_or_else(|error| panic!("{}", error.english));
    };
    for class in &SOCKET_CLASSES {
        let written = (0..class.properties()).filter(|&property| class.writable(property)).count();
        let checked = check_options(class, bind);
        assert!(written > 0 && checked >= written, "{checked} of {written}");
    }
    assert_eq!(check_options(&INFO_CLASS, |_| ()), 0);
}

/// Options that libzmq does not tell: what they begin with is seen in what they do (`tests/options_*.rs`).
const UNTOLD: &[Key] = &[
    Key::Int(IntOption::ReqRelaxed),
    Key::Int(IntOption::ReqCorrelate),
    Key::Int(IntOption::ProbeRouter),
    Key::Int(IntOption::RouterMandatory),
    Key::Int(IntOption::RouterHandover),
    Key::Int(IntOption::XPubVerbose),
    Key::Int(IntOption::XPubVerboser),
    Key::Int(IntOption::XPubNoDrop),
    Key::Int(IntOption::XPubManual),
    Key::Int(IntOption::StreamNotify),
    Key::Bytes(BytesOption::ConnectRoutingId),
    Key::Bytes(BytesOption::XPubWelcomeMessage),
];

/// Calls wait by the object's clock, not by libzmq's: `tests/scenarios_timeouts.rs` sees what these begin with.
const NOT_OF_LIBZMQ: &[Key] = &[Key::Int(IntOption::ReceiveTimeout), Key::Int(IntOption::SendTimeout)];

/// What a script reads before it sets anything is what libzmq goes by.
#[test]
fn every_default_is_the_one_of_a_new_socket() {
    for (class, rows) in SOCKETS.iter().zip(&SOCKET_CLASSES) {
        let mut raw = defaults::open(class).unwrap();
        let mut compared = 0;
        for (name, key, default) in option_defaults(rows).filter(|(_, key, _)| !NOT_OF_LIBZMQ.contains(key)) {
            let there = match (key, default) {
                (Key::Int(option), OptionValue::Bool(_)) => raw.get_int(option).map(|it| KeptValue::Bool(it != 0)),
                (Key::Int(option), _) => raw.get_int(option).map(|it| KeptValue::Whole(it.into())),
                (Key::Long(option), _) => raw.get_long(option).map(KeptValue::Whole),
                (Key::Bytes(option), OptionValue::Text(_)) => raw.get_bytes(option).map(|mut bytes| {
                    assert_eq!(bytes.pop(), Some(0), "{name}: a text ends with a NUL");
                    KeptValue::Text(String::from_utf8(bytes).unwrap())
                }),
                (Key::Bytes(option), _) => raw.get_bytes(option).map(KeptValue::Bytes),
                (Key::Type | Key::Mechanism, _) => panic!("{name} has no default"),
            };
            assert_eq!(there.is_err(), UNTOLD.contains(&key), "{}.{name}", class.name());
            if let Ok(there) = there {
                assert_eq!(there, KeptValue::from(default), "{}.{name}", class.name());
                compared += 1;
            }
        }
        assert!(compared > 15, "{}: {compared}", class.name());
    }
}

fn socket(name: &str) -> Socket {
    Socket::new(named(name).class, Surroundings::default(), Weak::new())
}

fn read(socket: &Socket, key: IntOption) -> Option<KeptValue> {
    Socket::get_option(&socket.readable, Key::Int(key))
}

/// What fits between two sockets of which nobody receives.
fn fits(out: Option<i64>, inwards: Option<i64>) -> usize {
    let (mut push, mut pull) = (socket("Push"), socket("Pull"));
    if let Some(out) = out {
        push.set_option(Key::Int(IntOption::SendHighWaterMark), OptionValue::Whole(out)).unwrap();
    }
    if let Some(inwards) = inwards {
        pull.set_option(Key::Int(IntOption::ReceiveHighWaterMark), OptionValue::Whole(inwards)).unwrap();
    }
    push.send_timeout = 0;
    let endpoint = endpoint();
    push.bind(&endpoint).unwrap();
    pull.connect(&endpoint).unwrap();
    (0..5_000).take_while(|_| push.send(b"x", Timeout::DEFAULT).unwrap()).count()
}

#[test]
fn water_marks_bound_what_waits() {
    assert_eq!(fits(Some(3), Some(2)), 5);
    assert_eq!(fits(None, None), 2_000);
    assert_eq!(fits(Some(1), None), 1_001);
    assert_eq!(fits(Some(0), Some(1)), 5_000, "without limit on one side there is none");
}

#[test]
fn what_is_set_before_there_is_a_socket_and_after_is_kept() {
    let mut sub = socket("Sub");
    let set = |sub: &mut Socket, number| {
        sub.set_option(Key::Int(IntOption::ReceiveHighWaterMark), OptionValue::Whole(number))
    };
    let get = |sub: &mut Socket| match read(sub, IntOption::ReceiveHighWaterMark) {
        Some(KeptValue::Whole(number)) => Some(number),
        _ => None,
    };
    assert_eq!(get(&mut sub), None);
    set(&mut sub, 7).unwrap();
    assert_eq!(get(&mut sub), Some(7));
    sub.subscribe(TextOrBlob::Blob(b"makes the socket")).unwrap();
    assert_eq!(get(&mut sub), Some(7));
    set(&mut sub, 8).unwrap();
    sub.bind(&endpoint()).unwrap();
    assert_eq!(get(&mut sub), Some(8));
    let libzmq_has = sub.stage.opened().unwrap().raw.get_int(IntOption::ReceiveHighWaterMark).unwrap();
    assert_eq!(libzmq_has, 8, "what is read is not what libzmq goes by");
    sub.close();
    assert_eq!(get(&mut sub), Some(8), "what a closed socket had can still be read");
    assert_eq!(set(&mut sub, 9).unwrap_err().code, "ENOTSOCK");
    assert_eq!(get(&mut sub), Some(8));
}

/// No row lets such a value through; if one did, the call that makes the socket says so.
#[test]
fn what_libzmq_refuses_is_told_when_the_socket_is_made() {
    let mut push = socket("Push");
    push.set_option(Key::Int(IntOption::SendHighWaterMark), OptionValue::Whole(-1)).unwrap();
    for _ in 0..2 {
        let error = push.bind(&endpoint()).unwrap_err();
        assert_eq!(error.code, "EINVAL");
        assert!(error.russian.contains("Сокет Push: не удалось задать настройку ПределОтправки"), "{}", error.russian);
        assert!(error.english.contains("Push socket: could not set the option SendHighWaterMark"), "{}", error.english);
    }
    push.set_option(Key::Int(IntOption::SendHighWaterMark), OptionValue::Whole(1)).unwrap();
    push.bind(&endpoint()).unwrap();
    assert_eq!(
        push.set_option(Key::Int(IntOption::SendHighWaterMark), OptionValue::Text("1")).unwrap_err().code,
        "EINVAL"
    );
    assert_eq!(
        push.set_option(Key::Int(IntOption::SendHighWaterMark), OptionValue::Whole(-1)).unwrap_err().code,
        "EINVAL"
    );
    assert_eq!(read(&push, IntOption::SendHighWaterMark), Some(KeptValue::Whole(1)));
}
