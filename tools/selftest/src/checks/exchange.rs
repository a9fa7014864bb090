//! Messages between sockets, over one transport after another.

use crate::bench::{Bench, call, same, text};
use crate::language::Words;
use crate::peer::Peer;
use crate::report::Outcome;
use host::{Transport, Value};
use std::thread;
use std::time::{Duration, Instant};

type Exchange = fn(&Bench, Transport) -> Outcome;

/// Name, check, limit in seconds.
pub const TABLE: &[(Words, Exchange, u64)] = &[
    (("Запрос и ответ (Req, Rep)", "Request and reply (Req, Rep)"), request_reply, 120),
    (("Раздача задач (Push, Pull)", "Handing out tasks (Push, Pull)"), push_pull, 120),
    (("Публикация (Pub, Sub)", "Publishing (Pub, Sub)"), publish, 120),
    (("Адресаты (Router, Dealer)", "Addressees (Router, Dealer)"), addressed, 120),
    (("Разговор двоих (Pair)", "A talk of two (Pair)"), pair, 120),
    (("Подписки как сообщения (XPub, XSub)", "Subscriptions as messages (XPub, XSub)"), subscriptions, 120),
    (("Составные сообщения", "Multipart messages"), multipart, 120),
    (("Размеры от 0 байт до 20 МБ", "Sizes from 0 bytes to 20 MB"), sizes, 300),
];

pub const BETWEEN: (Words, Exchange) = (("Обмен с другим процессом", "Exchange with another process"), between);

const SIZES: [usize; 12] = [0, 1, 33, 34, 255, 256, 8191, 8192, 65_536, 1_048_576, 5_000_000, 20 * 1_048_576];

/// No two neighbours and no two sizes begin alike.
fn pattern(size: usize) -> Value {
    let seed = size.wrapping_mul(31);
    Value::Blob((0..size).map(|n| (n.wrapping_mul(7) ^ (n >> 8) ^ seed).to_le_bytes()[0]).collect())
}

fn request_reply(bench: &Bench, transport: Transport) -> Outcome {
    let (req, rep) = bench.pair("ZeroMQ.Req", "ZeroMQ.Rep", transport)?;
    for n in 0..200 {
        let (question, answer) = (Value::blob(format!("вопрос {n}")), Value::blob(format!("ответ {n}")));
        same("Send", &call(&req, "Send", std::slice::from_ref(&question))?, &Value::Bool(true))?;
        same("Rep.Recv", &call(&rep, "Recv", &[])?, &question)?;
        same("Отправить", &call(&rep, "Отправить", std::slice::from_ref(&answer))?, &Value::Bool(true))?;
        same("Req.Получить", &call(&req, "Получить", &[])?, &answer)?;
    }
    Bench::well()
}

fn push_pull(bench: &Bench, transport: Transport) -> Outcome {
    for turned in [false, true] {
        let (push, pull) = (bench.make("ZeroMQ.Push"), bench.make("ZeroMQ.Pull"));
        let (bound, other) = if turned { (&push, &pull) } else { (&pull, &push) };
        call(bound, "Bind", &[bench.endpoint(transport).into()])?;
        call(other, "Connect", &[text(bound, "LastEndpoint")?.into()])?;
        call(&pull, "SetRecvTimeout", &[50_000.into()])?;
        for n in 0..500_i32 {
            same("Send", &call(&push, "Send", &[Value::blob(n.to_le_bytes())])?, &Value::Bool(true))?;
        }
        // What was sent arrives also when the sender is gone.
        drop(push);
        for n in 0..500_i32 {
            same("Recv", &call(&pull, "Recv", &[])?, &Value::blob(n.to_le_bytes()))?;
        }
    }
    Bench::well()
}

fn publish(bench: &Bench, transport: Transport) -> Outcome {
    let news = Value::blob("тема: новость");
    // A publisher that connects waits for the subscription, half a second at the most: on a busy machine that may pass.
    let mut got = Value::Empty;
    for _ in 0..5 {
        got = publish_once(bench, transport, &news)?;
        if got != Value::Empty {
            break;
        }
    }
    same("Sub.Bind, Recv", &got, &news)?;

    // One that is bound cannot know who comes: it goes on until the subscription has arrived.
    let (publisher, subscriber) = (bench.make("ZeroMQ.Pub"), bench.make("ZeroMQ.Sub"));
    call(&publisher, "Bind", &[bench.endpoint(transport).into()])?;
    call(&subscriber, "Subscribe", &[Value::blob("тема")])?;
    call(&subscriber, "SetRecvTimeout", &[50.into()])?;
    call(&subscriber, "Connect", &[text(&publisher, "LastEndpoint")?.into()])?;
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        call(&publisher, "Send", std::slice::from_ref(&news))?;
        match call(&subscriber, "Recv", &[])? {
            Value::Empty if Instant::now() < end => {}
            got => break same("Sub.Connect, Recv", &got, &news)?,
        }
    }
    Bench::well()
}

/// What a bound subscriber gets of a publisher that connects, sends at once and is gone.
fn publish_once(bench: &Bench, transport: Transport, news: &Value) -> Result<Value, String> {
    let (publisher, subscriber) = (bench.make("ZeroMQ.Pub"), bench.make("ZeroMQ.Sub"));
    call(&subscriber, "Bind", &[bench.endpoint(transport).into()])?;
    call(&subscriber, "Subscribe", &[Value::blob("тема")])?;
    call(&subscriber, "SetRecvTimeout", &[3000.into()])?;
    let endpoint = text(&subscriber, "LastEndpoint")?;
    thread::scope(|scope| {
        // It tells its subscriptions while it waits for messages.
        let receiving = scope.spawn(|| call(&subscriber, "Recv", &[]));
        call(&publisher, "Connect", &[endpoint.into()])?;
        for message in [&Value::blob("прочее"), news] {
            call(&publisher, "Send", std::slice::from_ref(message))?;
        }
        drop(publisher);
        receiving.join().unwrap_or_else(|_| Err("Recv: panic".into()))
    })
}

fn addressed(bench: &Bench, transport: Transport) -> Outcome {
    let (first, router) = bench.pair("ZeroMQ.Dealer", "ZeroMQ.Router", transport)?;
    let second = bench.make("ZeroMQ.Dealer");
    call(&second, "SetRecvTimeout", &[50_000.into()])?;
    call(&second, "Connect", &[text(&router, "LastEndpoint")?.into()])?;
    for n in 0..100 {
        for (name, dealer) in [("1", &first), ("2", &second)] {
            let question = Value::blob(format!("{name}, вопрос {n}"));
            same("Dealer.Send", &call(dealer, "Send", std::slice::from_ref(&question))?, &Value::Bool(true))?;
            same("Router.RecvMultipart", &call(&router, "RecvMultipart", &[])?, &Value::i4(2))?;
            let identity = call(&router, "GetPart", &[0.into()])?;
            same("Router.GetPart", &call(&router, "GetPart", &[1.into()])?, &question)?;
            let answer = Value::blob(format!("{name}, ответ {n}"));
            same("SendTo", &call(&router, "ОтправитьКому", &[identity, answer.clone()])?, &Value::Bool(true))?;
            same("Dealer.Recv", &call(dealer, "Recv", &[])?, &answer)?;
        }
    }
    match router.call("SendTo", [Value::blob("никто"), Value::blob("x")]) {
        Err(failed) if failed.code == "EHOSTUNREACH" => Bench::well(),
        other => Err(format!("SendTo: {other:?}")),
    }
}

fn pair(bench: &Bench, transport: Transport) -> Outcome {
    let (one, other) = bench.pair("ZeroMQ.Pair", "ZeroMQ.Pair", transport)?;
    for n in 0..200 {
        let word = Value::blob(format!("слово {n}"));
        for (from, to) in [(&one, &other), (&other, &one)] {
            same("Send", &call(from, "Send", std::slice::from_ref(&word))?, &Value::Bool(true))?;
            same("Recv", &call(to, "Recv", &[])?, &word)?;
        }
    }
    Bench::well()
}

fn subscriptions(bench: &Bench, transport: Transport) -> Outcome {
    let (publisher, subscriber) = bench.pair("ZeroMQ.XPub", "ZeroMQ.XSub", transport)?;
    for n in 0..100 {
        let topic = format!("тема {n}");
        call(&subscriber, "Subscribe", &[Value::blob(&topic)])?;
        same("XPub.Recv", &call(&publisher, "Recv", &[])?, &Value::blob(format!("\x01{topic}")))?;
        call(&publisher, "Send", &[Value::blob(&topic)])?;
        same("XSub.Recv", &call(&subscriber, "Recv", &[])?, &Value::blob(&topic))?;
        call(&subscriber, "Send", &[Value::blob(format!("\0{topic}"))])?;
        same("XPub.Recv", &call(&publisher, "Recv", &[])?, &Value::blob(format!("\0{topic}")))?;
    }
    Bench::well()
}

fn multipart(bench: &Bench, transport: Transport) -> Outcome {
    let (push, pull) = bench.pair("ZeroMQ.Push", "ZeroMQ.Pull", transport)?;
    let parts = [Value::blob("первая"), Value::blob(""), pattern(100_000)];
    for _ in 0..2 {
        call(&push, "SendPart", &[parts[0].clone()])?;
        call(&push, "ОтправитьЧасть", &[parts[1].clone()])?;
        same("Send", &call(&push, "Send", &[parts[2].clone()])?, &Value::Bool(true))?;
    }
    same("RecvMultipart", &call(&pull, "RecvMultipart", &[])?, &Value::i4(3))?;
    for n in [2, 0, 1, 2] {
        same("GetPart", &call(&pull, "GetPart", &[n.into()])?, &parts[usize::try_from(n).unwrap_or(0)])?;
    }
    for (n, part) in parts.iter().enumerate() {
        same("Recv", &call(&pull, "Recv", &[])?, part)?;
        same("RecvMore", &pull.get("RecvMore").map_err(|e| e.to_string())?, &Value::Bool(n < 2))?;
    }
    Bench::well()
}

fn sizes(bench: &Bench, transport: Transport) -> Outcome {
    let (req, rep) = bench.pair("ZeroMQ.Req", "ZeroMQ.Rep", transport)?;
    for size in SIZES {
        let message = pattern(size);
        same("Send", &call(&req, "Send", std::slice::from_ref(&message))?, &Value::Bool(true))?;
        let got = call(&rep, "Recv", &[])?;
        same(&format!("{size}: Rep.Recv"), &got, &message)?;
        same("Send", &call(&rep, "Send", &[got])?, &Value::Bool(true))?;
        same(&format!("{size}: Req.Recv"), &call(&req, "Recv", &[])?, &message)?;
    }
    Bench::well()
}

fn between(bench: &Bench, transport: Transport) -> Outcome {
    let peer = Peer::start(bench, &bench.endpoint(transport), None)?;
    let message = pattern(1_000_000);
    let req = bench.make("ZeroMQ.Req");
    call(&req, "Connect", &[(&peer.endpoint).into()])?;
    call(&req, "SetRecvTimeout", &[50_000.into()])?;
    for _ in 0..20 {
        call(&req, "Send", std::slice::from_ref(&message))?;
        same("Recv", &call(&req, "Recv", &[])?, &message)?;
    }
    peer.stop(&req)?;
    Bench::well()
}
