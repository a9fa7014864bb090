//! Messages of several parts that are read or sent only half when something else happens.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, secs};

const PARTS: [&[u8]; 3] = [b"one", &[7; 100], b"three"];

fn send(object: &Object, parts: &[&[u8]]) {
    let (last, before) = parts.split_last().expect("a part");
    before.iter().for_each(|part| _ = object.must("SendPart", [Value::blob(part)]));
    assert!(object.must("Send", [Value::blob(last)]).truth());
}

fn more(object: &Object) -> bool {
    object.get("RecvMore").expect("RecvMore").truth()
}

/// "Pull".
fn kind(object: &Object) -> &str {
    object.class().trim_start_matches("ZeroMQ_")
}

/// The rest of the message, part by part.
#[track_caller]
fn reads(object: &Object, parts: &[&[u8]]) {
    for (number, part) in parts.iter().enumerate() {
        assert_eq!(object.must("Recv", []), Value::blob(part), "{}, part {number}", object.class());
        assert_eq!(more(object), number + 1 < parts.len(), "{}, part {number}", object.class());
    }
}

/// A receiver that connected, its sender, and where the sender is bound. A REQ has its reply underway.
fn pair(host: &Host, receiving: &str, endpoint: &str) -> (Object, Object, String) {
    let sending = match receiving {
        "Pull" => "Push",
        "Sub" => "Pub",
        "Rep" => "Req",
        _ => "Rep",
    };
    let receiver = host.create(&format!("ZeroMQ.{receiving}"));
    receiver.must("SetRecvTimeout", args![5000]);
    if receiving == "Sub" {
        receiver.must("Subscribe", [Value::blob(b"")]);
    }
    let (sender, at) = sender(host, sending, endpoint);
    receiver.must("Connect", args![at.as_str()]);
    comes(&sender, &receiver, &PARTS);
    (receiver, sender, at)
}

fn sender(host: &Host, class: &str, endpoint: &str) -> (Object, String) {
    let sender = host.create(&format!("ZeroMQ.{class}"));
    sender.must("Bind", args![endpoint]);
    let at = sender.text_of("LastEndpoint");
    (sender, at)
}

/// Sends, and reads the first part. A publisher does not know its subscriber at once.
fn comes(sender: &Object, receiver: &Object, parts: &[&[u8]]) {
    match kind(receiver) {
        "Req" => {
            receiver.must("Send", args![b"request"]);
            sender.must("SetRecvTimeout", args![5000]);
            assert_eq!(sender.must("Recv", []), Value::blob("request"));
            send(sender, parts);
        }
        "Sub" => {
            receiver.must("SetRecvTimeout", args![50]);
            let mut sent = 0;
            while !told(sender, receiver) {
                sent += 1;
                assert!(sent < 200, "the subscription does not come");
            }
            receiver.must("SetRecvTimeout", args![5000]);
            send(sender, parts);
        }
        _ => send(sender, parts),
    }
    reads_first(receiver, parts);
}

fn told(publisher: &Object, subscriber: &Object) -> bool {
    publisher.must("Send", args![b"ping"]);
    let came = !subscriber.must("Recv", []).is_empty();
    while came && !subscriber.must("Recv", []).is_empty() {}
    came
}

#[track_caller]
fn reads_first(receiver: &Object, parts: &[&[u8]]) {
    assert_eq!(receiver.must("Recv", []), Value::blob(parts[0]));
    assert!(more(receiver));
}

/// The message that Recv began is read to its end, and then comes the next one, of somebody else.
#[test]
fn disconnect_in_the_middle_of_a_message() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for receiving in ["Pull", "Sub", "Rep", "Req"] {
            for transport in Transport::ALL {
                for pause in [false, true] {
                    let (receiver, old, at) = pair(&host, receiving, &endpoints.to_bind(transport));
                    receiver.must("Disconnect", args![at.as_str()]);
                    if pause {
                        // Both sides learn of the end of their connection.
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        let _ = old.call("Disconnect", args!["inproc://никогда"]);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        let _ = receiver.call("Disconnect", args!["inproc://никогда"]);
                    }
                    reads(&receiver, &PARTS[1..]);
                    if receiving == "Rep" {
                        assert!(receiver.must("Send", args![b"to nobody"]).truth());
                    }
                    let (new, at) = sender(&host, kind(&old), &endpoints.to_bind(transport));
                    receiver.must("Connect", args![at]);
                    comes(&new, &receiver, &[b"four", b"five"]);
                    reads(&receiver, &[b"five"]);
                }
            }
        }
    });
}

/// The receiver is bound, and the sender leaves too.
#[test]
fn unbind_in_the_middle_of_a_message() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            for closes in [false, true] {
                let (pull, at) = sender(&host, "Pull", &endpoints.to_bind(transport));
                pull.must("SetRecvTimeout", args![5000]);
                let push = host.create("ZeroMQ.Push");
                push.must("Connect", args![at.as_str()]);
                send(&push, &PARTS);
                reads_first(&pull, &PARTS);
                pull.must("Unbind", args![at.as_str()]);
                if closes {
                    push.must("Close", []);
                }
                assert_eq!(pull.must("RecvMultipart", []), Value::i4(2), "what is left of the message");
                assert!(!more(&pull));
                assert_eq!(pull.must("GetPart", args![1]), Value::blob(PARTS[2]));
            }
        }
    });
}

/// The host had no memory for a part; what was read before and what is still to come stay one message.
#[test]
fn a_refused_part_survives_disconnect() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for receiving in ["Pull", "Sub", "Rep", "Req"] {
            for transport in Transport::ALL {
                let (receiver, _sender, at) = pair(&host, receiving, &endpoints.to_bind(transport));
                host.memory().refuse_nth(1);
                assert_eq!(receiver.must_fail("Recv", []).code, "ENOMEM");
                assert!(more(&receiver));
                receiver.must("Disconnect", args![at]);
                host.memory().refuse_nth(1);
                assert_eq!(receiver.must_fail("Recv", []).code, "ENOMEM");
                reads(&receiver, &PARTS[1..]);
            }
        }
    });
}

/// A REQ that asks anew and a REP that answers leave what they have not read, also what the host had no memory for.
#[test]
fn what_was_not_read_is_not_taken_for_another_message() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            for (refused, whole) in [(false, false), (true, false), (true, true)] {
                let (req, rep, _) = pair(&host, "Req", &endpoints.to_bind(transport));
                if whole {
                    reads(&req, &PARTS[1..]);
                    req.must("Send", args![b"request"]);
                    rep.must("Recv", []);
                    rep.must("Send", args![b"old"]);
                }
                if refused {
                    host.memory().refuse_nth(1);
                    assert_eq!(req.must_fail("Recv", []).code, "ENOMEM");
                }
                assert!(req.must("Send", args![b"another"]).truth());
                assert!(!more(&req));
                if refused {
                    host.memory().refuse_nth(1);
                    assert_eq!(rep.must_fail("Recv", []).code, "ENOMEM");
                } else {
                    assert_eq!(rep.must("Recv", []), Value::blob("another"));
                }
                assert!(rep.must("Send", args![b"new"]).truth());
                reads(&req, &[b"new"]);
                // The request that was answered unread does not come again.
                req.must("Send", args![b"last"]);
                reads(&rep, &[b"last"]);
            }
        }
    });
}

/// A call that received nothing leaves no parts: the task of the last call would be done twice.
#[test]
fn recv_multipart_without_a_message_leaves_no_parts() {
    isolated(secs(30), || {
        let host = Host::built();
        let (receiver, sender, at) = pair(&host, "Pull", "inproc://части");
        reads(&receiver, &PARTS[1..]);
        for fails in [false, true] {
            send(&sender, &PARTS);
            assert_eq!(receiver.must("RecvMultipart", []), Value::i4(3));
            // What Recv gives is another matter: GetPart belongs to RecvMultipart.
            send(&sender, &[b"four"]);
            reads(&receiver, &[b"four"]);
            receiver.must("SetRecvTimeout", args![0]);
            assert!(receiver.must("Recv", []).is_empty());
            assert_eq!(receiver.must("GetPart", args![0]), Value::blob(PARTS[0]));
            if fails {
                receiver.must("Close", []);
                assert_eq!(receiver.must_fail("RecvMultipart", []).code, "ENOTSOCK");
                assert_eq!(receiver.must_fail("GetPart", args![0]).code, "ENOTSOCK");
            } else {
                assert!(receiver.must("RecvMultipart", []).is_empty());
                let failed = receiver.must_fail("GetPart", args![0]);
                assert_eq!(failed.code, "EINVAL");
                assert!(failed.last_error.contains("ПолучитьСоставное"), "{failed}");
                receiver.must("SetRecvTimeout", args![5000]);
            }
        }
        drop((sender, at));
        // Out of turn, too.
        let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
        rep.must("Bind", args!["inproc://очередь"]);
        req.must("Connect", args!["inproc://очередь"]);
        send(&req, &PARTS);
        assert_eq!(rep.must("RecvMultipart", []), Value::i4(3));
        assert_eq!(rep.must_fail("RecvMultipart", []).code, "EFSM");
        assert_eq!(rep.must_fail("GetPart", args![0]).code, "EINVAL");
        rep.must("Send", args![b"done"]);
        reads(&req, &[b"done"]);
    });
}
