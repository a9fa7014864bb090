//! A call of a method, by what it takes: mostly values that make sense there, else a script would only see refusals.

use crate::calls::{self, Kind};
use crate::options;
use crate::script::Script;
use crate::values::{self, Endpoints};
use host::{Object, Value, Variants};

/// Methods by their English names: the numbers differ between classes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    Nothing,
    EndpointToBind,
    EndpointToConnect,
    Data,
    /// A peer's identity, and data.
    Addressed,
    Text,
    Topic,
    /// Messages in JSON.
    Batch,
    Number,
    /// For all calls to come.
    Timeout,
    /// For this call alone, and nothing before it.
    OwnTimeout,
    /// The name of an option, and a value where it is set.
    OptionName,
    OptionNameAndValue,
    /// A socket's id, and what to wait for.
    Socket,
    /// A key, twice where the other side's comes first.
    Key,
    Keys,
    /// A name and a password.
    User,
    /// From where, and in which domain.
    Address,
    Domain,
    /// How long a poller waits: a script may not wait without end.
    Wait,
    /// The name of events, how many may wait, and a flag.
    Event,
    /// What a proxy passes on.
    Kind,
    /// The name of an option of a socket that a proxy has, and a value where it is set.
    SideOption,
    SideOptionAndValue,
}

/// Where the timeout of a call stands among its arguments: it must not keep the fuzzer waiting.
fn place_of_timeout(name: &str) -> Option<usize> {
    match name {
        "Recv" | "RecvText" | "RecvMultipart" | "WaitConnected" | "NextEvent" => Some(0),
        "Send" | "SendText" | "SendBatch" | "RecvBatch" | "Request" | "RequestText" | "WaitSubscribers" => Some(1),
        "SendTo" => Some(2),
        _ => None,
    }
}

/// What the method with this number takes; None for a number that no method has.
#[must_use]
fn takes(object: &Object, number: i32) -> Option<(String, Takes)> {
    calls::count(Kind::Question);
    let name = object.slots().method_name(number, 0)?;
    let takes = match name.as_str() {
        "Bind" | "Unbind" => Takes::EndpointToBind,
        "Connect" | "Disconnect" => Takes::EndpointToConnect,
        "Send" | "SendPart" | "Request" => Takes::Data,
        "SendTo" => Takes::Addressed,
        "SendText" | "SendPartText" | "RequestText" | "Has" => Takes::Text,
        "Subscribe" | "Unsubscribe" | "SubscribePeer" | "UnsubscribePeer" => Takes::Topic,
        "SendBatch" => Takes::Batch,
        "Recv" | "RecvText" | "RecvMultipart" => Takes::OwnTimeout,
        "SetRecvTimeout" | "SetSendTimeout" => Takes::Timeout,
        "GetOption" => Takes::OptionName,
        "SetOption" => Takes::OptionNameAndValue,
        "Add" | "Change" | "Remove" | "CanRecv" | "CanSend" | "IsOpen" | "IsClosed" => Takes::Socket,
        "SetCurveServer" | "SetFrontendCurveServer" | "SetBackendCurveServer" => Takes::Key,
        "AddKey" | "RemoveKey" | "PublicKey" => Takes::Key,
        "SetCurveClient" | "SetFrontendCurveClient" | "SetBackendCurveClient" => Takes::Keys,
        "SetPlainClient" | "SetFrontendPlainClient" | "SetBackendPlainClient" | "AddUser" => Takes::User,
        "AddAddress" | "RemoveAddress" => Takes::Address,
        "SetPlainServer" | "SetFrontendPlainServer" | "SetBackendPlainServer" => Takes::Domain,
        "AllowAny" | "ForbidAny" | "Release" | "RemoveUser" => Takes::Domain,
        "Listen" => Takes::Event,
        "SetKind" => Takes::Kind,
        "BindFrontend" | "BindBackend" | "BindCapture" => Takes::EndpointToBind,
        "ConnectFrontend" | "ConnectBackend" | "ConnectCapture" => Takes::EndpointToConnect,
        "SetFrontendOption" | "SetBackendOption" | "SetCaptureOption" => Takes::SideOptionAndValue,
        "GetFrontendOption" | "GetBackendOption" | "GetCaptureOption" => Takes::SideOption,
        "Stop" => Takes::Wait,
        "Wait" => Takes::Wait,
        "NextEvent" if !hurried(object) => Takes::Wait,
        "WaitConnected" | "NextEvent" => Takes::OwnTimeout,
        _ if object.slots().n_params(number) == 0 => Takes::Nothing,
        _ => Takes::Number,
    };
    Some((name, takes))
}

fn arguments(takes: Takes, object: &Object, script: &mut Script<'_>, endpoints: &Endpoints) -> Vec<Value> {
    let one = match takes {
        Takes::Nothing => return Vec::new(),
        Takes::OptionName | Takes::OptionNameAndValue | Takes::SideOption | Takes::SideOptionAndValue => {
            let of_side = matches!(takes, Takes::SideOption | Takes::SideOptionAndValue).then(|| side(object, script));
            let Some(name) = options::name(of_side.as_ref().unwrap_or(object), script) else {
                return vec![values::wild(script), Value::i4(1)];
            };
            let wanted = matches!(takes, Takes::OptionNameAndValue | Takes::SideOptionAndValue);
            let value = wanted.then(|| options::value(&name, script));
            return [name.into()].into_iter().chain(value).collect();
        }
        Takes::Keys | Takes::User if script.chance(8) => return vec![values::wild(script), values::wild(script)],
        Takes::Keys => return vec![values::key(script), values::key(script)],
        Takes::User => return vec![values::short(script), values::short(script)],
        Takes::Key => values::key(script),
        Takes::Address => values::address(script),
        Takes::Domain => values::short(script),
        Takes::Kind if script.chance(8) => values::text(script),
        Takes::Kind => script.pick(&["Queue", "РАССЫЛКА", "streamer"]).into(),
        Takes::Addressed => return vec![values::data(script), values::data(script)],
        Takes::Event => {
            let all =
                [values::text(script), Value::i4(script.pick(&[1, 2, 100, 0, -1])), Value::Bool(script.chance(2))];
            return all.into_iter().take(script.below(4)).collect();
        }
        // Left out as often as not.
        Takes::OwnTimeout if script.chance(2) => return Vec::new(),
        Takes::OwnTimeout => values::own_timeout(script),
        Takes::Topic if script.chance(2) => values::text(script),
        Takes::Topic => values::data(script),
        Takes::Text => values::text(script),
        Takes::Batch => values::batch(script),
        Takes::EndpointToBind if script.chance(4) => endpoints.to_connect(script),
        Takes::EndpointToBind => endpoints.to_bind(script),
        Takes::EndpointToConnect => endpoints.to_connect(script),
        Takes::Data => values::data(script),
        Takes::Number | Takes::Timeout => values::number(script),
        Takes::Socket => endpoints.socket(script),
        Takes::Wait => Value::i4(script.pick(&[0, 0, 1, 3])),
    };
    vec![one]
}

/// A socket as a proxy has at a side: it has the same options.
fn side(proxy: &Object, script: &mut Script<'_>) -> Object {
    calls::count(Kind::Life);
    let class = script.pick(&["Router", "Dealer", "XSub", "XPub", "Pull", "Push"]);
    proxy.host().create_by_id(&format!("ZeroMQ{class}")).expect("a class")
}

/// Waits of this object end at once. The script may have set anything, or nothing, which is a minute.
pub fn hurry(object: &Object) {
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if let Ok(number @ 0..) = i32::try_from(object.slots().find_method(name)) {
            object.slots().call_as_proc(number, Some(&mut Variants::of(&[Value::i4(0)])), 1);
        }
    }
}

/// Whether a wait for which no timeout is given is one that `hurry` has shortened.
fn hurried(object: &Object) -> bool {
    ["SetRecvTimeout", "SetSendTimeout"].iter().any(|name| object.slots().find_method(name) >= 0)
}

/// Calls a method as some host would: right or wrong count, as procedure or function, with a place for the result or
/// without, with memory for it or without.
pub fn call(object: &Object, number: i32, memory: bool, script: &mut Script<'_>, endpoints: &Endpoints) {
    let known = takes(object, number);
    let waits = |name| object.slots().find_method(name) == i64::from(number);
    if known.is_none() && (waits("Wait") || waits("NextEvent") && !hurried(object)) {
        // Nobody has memory for its name, and it would wait a minute.
        return;
    }
    let mut values = Vec::new();
    if let Some((_, takes)) = &known {
        values.extend(arguments(*takes, object, script, endpoints));
    }
    let timeout = known.as_ref().and_then(|(name, _)| place_of_timeout(name));
    if timeout == Some(values.len()) && script.chance(2) {
        values.push(values::own_timeout(script));
    }
    if let Some((name, Takes::Socket)) = &known
        && ["Add", "Change"].contains(&name.as_str())
    {
        values.push(values::events(script));
    }
    // A wait that is refused for its arguments is none; one without them would last a minute.
    let waits = matches!(known, Some((_, Takes::Wait)));
    let odd = !waits && script.chance(8);
    if odd {
        values.extend((0..script.below(10)).map(|_| values::wild(script)));
        if let Some(given) = timeout.and_then(|place| values.get_mut(place)) {
            *given = values::own_timeout(script);
        }
    }
    let mut count = i32::try_from(values.len()).expect("few");
    let mut arguments = Variants::of(&values);
    let mut given = Some(&mut arguments);
    if odd && script.chance(2) {
        // A count that is wrong without an array, or below what the array holds: never one that promises more.
        match script.below(3) {
            0 => (given, count) = (None, script.int()),
            1 => count = -count,
            _ => count = count.min(1),
        }
    }
    if script.chance(16) {
        object.host().memory().refuse_nth(1 + u64::from(script.byte() % 3));
    }
    calls::count(Kind::Method);
    if calls::traced() {
        eprintln!("{}, method {number} {known:?}:", object.class());
    }
    let slots = object.slots();
    let (done, answer) = match script.below(8) {
        0 => (slots.call_as_proc(number, given, count), Value::Empty),
        1 => (slots.call_as_func_null(number, given, count), Value::Empty),
        _ => slots.call_as_func(number, given, count),
    };
    if calls::traced() {
        let shown: Vec<_> = values.iter().map(Value::brief).collect();
        eprintln!("    {shown:?}, count {count}: {done}, {}", answer.brief());
    }
    arguments.expire();
    object.host().memory().refuse_none();
    judge(object, known.as_ref(), memory, done, &answer);
    if matches!(known, Some((_, Takes::Timeout))) {
        hurry(object);
    }
}

/// What every call owes: success clears the error; failure answers nothing and leaves the error in words, with a code
/// that is known; and no panic was caught inside.
fn judge(object: &Object, known: Option<&(String, Takes)>, memory: bool, done: bool, answer: &Value) {
    let what = || format!("{}.{known:?}", object.class());
    assert!(done || *answer == Value::Empty, "{}: failed, yet gave {answer:?}", what());
    assert!(!done || known.is_some() || !memory, "{}: a wild number succeeded", what());
    if done {
        calls::succeeded();
    }
    // Without a memory manager there is no text to read.
    if memory {
        calls::count(Kind::Property);
        let text = object.last_error();
        assert_eq!(done, text.is_empty(), "{}: LastError is \"{text}\"", what());
        if !done {
            calls::count(Kind::Property);
            let code = object.last_error_code();
            assert!(!["", "EFAULT", "EUNKNOWN"].contains(&code.as_str()), "{}: {code}: {text}", what());
        }
    }
}
