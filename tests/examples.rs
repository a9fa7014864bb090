//! The programs of `docs/examples/` on the other side of the wire, as a reader would start them.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq, `ADDIN_ZEROMQ_NODE_MODULES` a folder with the packages of
//! `docs/examples/nodejs` (ci/node-modules); without them these tests fail.

use host::{Host, Object, Value, args, isolated, secs};
use program::Program;
use std::process::Command;

mod program;

/// A program of `docs/examples/` by its language and name.
fn example(language: &str, name: &str) -> Command {
    let folder = host::workspace().join("docs/examples").join(language);
    let (mut command, ending) = match language {
        "python" => (program::python(), "py"),
        _ => {
            let mut node = Command::new("node");
            node.env("NODE_PATH", program::named("ADDIN_ZEROMQ_NODE_MODULES", "a folder with the package zeromq"));
            (node, "js")
        }
    };
    command.arg(folder.join(format!("{name}.{ending}")));
    command
}

fn text(value: &Value) -> String {
    String::from_utf8(value.bytes().to_vec()).expect("UTF-8")
}

fn ask(req: &Object, request: &str) -> String {
    assert!(req.must("Send", [Value::blob(request)]).truth());
    text(&req.must("Recv", []))
}

fn bound(host: &Host, class: &str) -> (Object, String) {
    let object = host.create(class);
    object.must("Bind", args!["tcp://127.0.0.1:*"]);
    let endpoint = object.text_of("LastEndpoint");
    (object, endpoint)
}

fn a_server_answers(language: &str) {
    let mut server = Program::start(example(language, "reply_server").arg("tcp://127.0.0.1:*"));
    let endpoint = server.hear().strip_prefix("bound ").expect("the server's address").to_owned();
    let host = Host::built();
    let req = host.create("ZeroMQ.Req");
    req.must("Connect", args![endpoint]);
    assert_eq!(ask(&req, r#"{"Числа": [1, 2, 39]}"#).replace(' ', ""), r#"{"Результат":42}"#);
    for not_understood in [r#"{"Другое": 1}"#, "{", "[]", "1", "null", ""] {
        assert!(ask(&req, not_understood).contains("Ошибка"), "{not_understood}");
    }
    assert_eq!(ask(&req, r#"{"Числа": []}"#).replace(' ', ""), r#"{"Результат":0}"#);
    assert_eq!(ask(&req, r#"{"Операция": "Стоп"}"#), "{}");
    server.finish();
}

fn a_subscriber_hears(language: &str) {
    let host = Host::built();
    let (publisher, endpoint) = bound(&host, "ZeroMQ.Pub");
    let mut subscriber = Program::start(example(language, "subscriber").args([&endpoint, "курсы"]));
    let publish = |topic: &str, body: &str| {
        publisher.must("SendPart", [Value::blob(topic)]);
        publisher.must("Send", [Value::blob(body)]);
    };
    // A subscription takes its time on the way: the first words are repeated until they are heard.
    let first = std::thread::scope(|scope| {
        let heard = scope.spawn(|| subscriber.hear());
        while !heard.is_finished() {
            publish("погода", "мимо");
            publish("курсы.USD", "проба");
            std::thread::sleep(host::millis(10));
        }
        heard.join().expect("no panic")
    });
    assert_eq!(first, "курсы.USD проба");
    publish("погода", "мимо");
    publish("курсы.EUR", "99,5");
    publish("курсы", "stop");
    let mut rest = Vec::new();
    while rest.last().is_none_or(|line: &String| line != "курсы stop") {
        rest.push(subscriber.hear());
    }
    rest.retain(|line| line != "курсы.USD проба");
    assert_eq!(rest, ["курсы.EUR 99,5", "курсы stop"]);
    subscriber.finish();
}

fn a_worker_works(language: &str) {
    const TASKS: i64 = 200;
    let host = Host::built();
    let ((push, tasks), (pull, results)) = (bound(&host, "ZeroMQ.Push"), bound(&host, "ZeroMQ.Pull"));
    let worker = Program::start(example(language, "worker").args([&tasks, &results]));
    for n in 0..TASKS {
        assert!(push.must("Send", [Value::blob(format!(r#"{{"Число": {n}}}"#))]).truth());
    }
    for n in 0..TASKS {
        let result = text(&pull.must("Recv", [])).replace(' ', "");
        assert_eq!(result, format!(r#"{{"Число":{}}}"#, n + 1));
    }
    worker.finish();
}

fn a_client_asks(language: &str) {
    let host = Host::built();
    let (rep, endpoint) = bound(&host, "ZeroMQ.Rep");
    let mut client = Program::start(example(language, "client").args([&endpoint, "Привет"]));
    assert_eq!(text(&rep.must("Recv", [])), "Привет");
    rep.must("Send", [Value::blob("И тебе")]);
    assert_eq!(client.hear(), "И тебе");
    client.finish();
}

fn a_publisher_is_heard(language: &str) {
    let mut publisher = Program::start(example(language, "publisher").args(["tcp://127.0.0.1:*", "10"]));
    let endpoint = publisher.hear().strip_prefix("bound ").expect("the publisher's address").to_owned();
    let host = Host::built();
    let sub = host.create("ZeroMQ.Sub");
    sub.must("Subscribe", [Value::blob("курсы")]);
    sub.must("Connect", args![endpoint]);
    for n in 0..10 {
        assert_eq!(sub.must("RecvMultipart", []), Value::i4(2));
        assert_eq!(text(&sub.must("GetPart", args![0])), "курсы.USD");
        assert_eq!(text(&sub.must("GetPart", args![1])), (90 + n).to_string());
    }
    publisher.finish();
}

#[test]
fn python_server() {
    isolated(secs(60), || a_server_answers("python"));
}

#[test]
fn python_subscriber() {
    isolated(secs(60), || a_subscriber_hears("python"));
}

#[test]
fn python_worker() {
    isolated(secs(60), || a_worker_works("python"));
}

#[test]
fn node_server() {
    isolated(secs(60), || a_server_answers("nodejs"));
}

#[test]
fn node_subscriber() {
    isolated(secs(60), || a_subscriber_hears("nodejs"));
}

#[test]
fn node_worker() {
    isolated(secs(60), || a_worker_works("nodejs"));
}

#[test]
fn python_client() {
    isolated(secs(60), || a_client_asks("python"));
}

#[test]
fn python_publisher() {
    isolated(secs(60), || a_publisher_is_heard("python"));
}

#[test]
fn node_client() {
    isolated(secs(60), || a_client_asks("nodejs"));
}

#[test]
fn node_publisher() {
    isolated(secs(60), || a_publisher_is_heard("nodejs"));
}
