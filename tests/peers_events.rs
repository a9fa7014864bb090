//! Events of what pyzmq sends.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq (ci/test makes one); without it these tests fail.

mod program;

use host::{App, Host, Settings, Value, args, isolated, millis, secs};

#[test]
fn python_is_listened_to() {
    isolated(secs(60), || {
        const SENT: usize = 3_000;
        let host = Host::built_with(Settings { app: App::ThinClient, ..Settings::default() });
        let queue = host.event_queue();
        let told = |source: &str, event: &str, data: &str| {
            assert_eq!(queue.next(secs(20)), Some([source, event, data].map(str::to_owned)));
        };
        let sub = host.bound("ZeroMQ.Sub", "tcp://127.0.0.1:*");
        sub.must("Subscribe", args!["курс"]);
        sub.must("Listen", args!["Курсы", 100_000]);
        let router = host.bound("ZeroMQ.Router", "tcp://127.0.0.1:*");
        router.must("Listen", args!["Вопрос"]);
        let script = "
import time
dealer, publisher = make(zmq.DEALER), make(zmq.PUB)
dealer.routing_id = b'python'
publisher.sndhwm = 0
dealer.connect(sys.argv[1])
publisher.connect(sys.argv[2])
say('started')
dealer.send_multipart([b'ready?', b'\\xff'])
assert dealer.recv() == b'yes'
time.sleep(0.3)
for n in range(int(sys.argv[3])):
    publisher.send_multipart(['курс'.encode(), str(n).encode()])
    publisher.send(b'nobody wants this')
publisher.send('курс'.encode() + b'\\0')
assert dealer.recv() == b'end'
context.destroy(linger=10000)
";
        let (to_router, to_sub) = (router.text_of("LastEndpoint"), sub.text_of("LastEndpoint"));
        let mut peer = program::peer(&[script], &[&to_router, &to_sub, &SENT.to_string()]);
        assert_eq!(peer.hear(), "started");
        told("ZeroMQ.Router", "Вопрос.JSON", r#"["python","ready?",{"base64":"/w=="}]"#);
        assert!(router.must("SendTo", [Value::blob("python"), Value::blob("yes")]).truth());
        (0..SENT).for_each(|n| told("ZeroMQ.Sub", "Курсы.JSON", &format!(r#"["курс","{n}"]"#)));
        told("ZeroMQ.Sub", "Курсы.Base64", "0LrRg9GA0YEA");
        assert!(router.must("SendTo", [Value::blob("python"), Value::blob("end")]).truth());
        peer.finish();
        assert_eq!(queue.next(millis(60)), None);
    });
}
