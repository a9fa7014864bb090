//! The background jobs of the scenarios, by name.

use crate::job::Context;
use crate::value::Value;
use crate::{args, millis};
use std::thread;

type Function = fn(&Context);

/// Every job there is.
pub const TABLE: &[(&str, Function)] = &[
    ("Сервер1", server),
    ("Эхо", echo),
    ("ПриемникСоставных", multipart_server),
    ("Publisher1", publisher),
    ("Подписчик", subscriber),
    ("Отправитель", pusher),
    ("Получатель", puller),
    ("Этап", stage),
    ("Ждать", sleeper),
    ("Упасть", failing),
];

#[must_use]
pub fn find(name: &str) -> Option<Function> {
    TABLE.iter().find(|(n, _)| *n == name).map(|&(_, f)| f)
}

/// Answers "Получено: " and the text to each request, leaves at "Стоп". Arguments: endpoints to bind;
/// tells where it really listens, in their order.
fn server(job: &Context) {
    let rep = job.host.create("ZeroMQ.Rep");
    for endpoint in &job.args {
        rep.must("Bind", args![endpoint]);
        job.tell(&rep.text_of("LastEndpoint"));
    }
    loop {
        let request = rep.must("Recv", []);
        let text = String::from_utf8(request.bytes().to_vec()).expect("requests are text");
        rep.must("Send", [Value::blob(format!("Получено: {text}"))]);
        if text == "Стоп" {
            break;
        }
    }
}

/// Sends back whatever comes; leaves at "Стоп". Argument: the endpoint to bind.
fn echo(job: &Context) {
    let rep = job.host.create("ZeroMQ.Rep");
    rep.must("Привязать", args![job.arg(0)]);
    job.tell(&rep.text_of("ПоследняяКонечнаяТочка"));
    loop {
        let request = rep.must("Получить", []);
        let stop = request.bytes() == "Стоп".as_bytes();
        rep.must("Отправить", [request]);
        if stop {
            break;
        }
    }
}

/// Takes one message of three parts, reads each part twice, answers "Ок".
fn multipart_server(job: &Context) {
    let rep = job.host.create("ZeroMQ.Rep");
    rep.must("Bind", args![job.arg(0)]);
    job.tell(&rep.text_of("LastEndpoint"));
    let parts = rep.must("RecvMultipart", []);
    job.tell(&format!("{}", parts.number()));
    for _ in 0..2 {
        for n in [2, 0, 1] {
            let part = rep.must("GetPart", args![n]);
            job.tell(&format!("{n}: {}", String::from_utf8_lossy(part.bytes())));
        }
    }
    rep.must("Send", [Value::blob("Ок")]);
}

/// Connects, publishes "Привет!" and drops its object at once. Argument: the endpoint.
fn publisher(job: &Context) {
    let publisher = job.host.create("ZeroMQ.Pub");
    publisher.must("Connect", args![job.arg(0)]);
    publisher.must("Send", [Value::blob("Привет!")]);
}

/// Connects, subscribes to a topic, tells "готов", then the two parts of each message until the body is
/// "Стоп". Arguments: endpoint, topic.
fn subscriber(job: &Context) {
    let subscriber = job.host.create("ZeroMQ.Sub");
    subscriber.must("Connect", args![job.arg(0)]);
    subscriber.must("Subscribe", [Value::blob(job.arg(1))]);
    job.tell("готов");
    loop {
        assert!((subscriber.must("RecvMultipart", []).number() - 2.0).abs() < f64::EPSILON);
        let [topic, body] = [0, 1].map(|n| {
            let part = subscriber.must("GetPart", args![n]);
            String::from_utf8_lossy(part.bytes()).into_owned()
        });
        job.tell(&format!("{topic} {body}"));
        if body == "Стоп" {
            break;
        }
    }
}

/// Sends numbered messages and drops its object at once. Arguments: Bind or Connect, endpoint, count, size, and what is
/// called before the object is dropped: Disconnect, Unbind or nothing. Tells where it is bound.
fn pusher(job: &Context) {
    let push = job.host.create("ZeroMQ.Push");
    push.must(job.arg(0), args![job.arg(1)]);
    if job.arg(0) == "Bind" {
        job.tell(&push.text_of("LastEndpoint"));
    }
    let count: u32 = job.arg(2).parse().expect("a count");
    let size: usize = job.arg(3).parse().expect("a size");
    for n in 0..count {
        let mut message = n.to_le_bytes().to_vec();
        message.resize(size.max(4), 0xAB);
        assert!(push.must("Send", [message.into()]).truth(), "message {n} was not taken");
    }
    if let Some(before_leaving) = job.args.get(4) {
        push.must(before_leaving, args![push.text_of("LastEndpoint")]);
    }
}

/// Takes numbered messages until none comes for the last argument's milliseconds; tells how many came and
/// whether in order. Arguments: Bind or Connect, endpoint, ms.
fn puller(job: &Context) {
    let pull = job.host.create("ZeroMQ.Pull");
    pull.must(job.arg(0), args![job.arg(1)]);
    job.tell(&pull.text_of("LastEndpoint"));
    pull.must("SetRecvTimeout", args![job.arg(2).parse::<i32>().expect("ms")]);
    let (mut count, mut ordered) = (0u32, true);
    loop {
        let message = pull.must("Recv", []);
        if message.is_empty() {
            break;
        }
        ordered &= message.bytes()[..4] == count.to_le_bytes();
        count += 1;
    }
    job.tell(&format!("{count} {ordered}"));
}

/// One worker of a pipeline: pulls from the first endpoint, adds its mark to the message, pushes to the
/// second, until "Стоп" comes, which it passes on. Arguments: from, to, mark.
fn stage(job: &Context) {
    let pull = job.host.create("ZeroMQ.Pull");
    let push = job.host.create("ZeroMQ.Push");
    pull.must("Connect", args![job.arg(0)]);
    push.must("Connect", args![job.arg(1)]);
    job.tell("готов");
    loop {
        let message = pull.must("Recv", []);
        let stop = message.bytes() == "Стоп".as_bytes();
        let mut out = message.bytes().to_vec();
        if !stop {
            out.extend_from_slice(job.arg(2).as_bytes());
        }
        assert!(push.must("Send", [out.into()]).truth(), "the next stage takes nothing");
        if stop {
            break;
        }
    }
}

/// Sleeps for its argument's milliseconds: for the host's own tests.
fn sleeper(job: &Context) {
    job.tell("сплю");
    thread::sleep(millis(job.arg(0).parse().expect("ms")));
}

/// Panics: for the host's own tests.
fn failing(_: &Context) {
    panic!("this job fails on purpose");
}
