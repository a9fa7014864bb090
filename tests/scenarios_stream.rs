//! Raw TCP: 1C as a server and as a client of programs that know nothing of ZeroMQ, good ones and bad ones.

use host::hostile::{Attack, attack};
use host::random::Random;
use host::zmtp::{listener, port, tcp};
use host::{Host, Object, Value, args, isolated, millis, secs, wait_until};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

const LONG: i32 = 10_000;

fn server(host: &Host) -> (Object, String) {
    let server = host.create("ZeroMQ.Stream");
    server.must("Bind", args!["tcp://127.0.0.1:*"]);
    server.must("SetRecvTimeout", args![LONG]);
    let endpoint = server.text_of("LastEndpoint");
    (server, endpoint)
}

/// What came next: from which connection, and the bytes.
fn next(stream: &Object) -> Option<(Vec<u8>, Vec<u8>)> {
    let count = stream.must("RecvMultipart", []);
    if count.is_empty() {
        return None;
    }
    assert_eq!(count, Value::i4(2));
    let [identity, data] = [0, 1].map(|part| stream.must("GetPart", args![part]).bytes().to_vec());
    Some((identity, data))
}

/// A notice, and of which connection.
fn notice(stream: &Object) -> Vec<u8> {
    let (identity, data) = next(stream).expect("a notice");
    assert_eq!(data, b"", "not a notice");
    identity
}

/// So many bytes of one connection, in however many pieces.
fn read(stream: &Object, from: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < size {
        let (identity, data) = next(stream).unwrap_or_else(|| panic!("{} bytes of {size}", bytes.len()));
        assert_eq!(identity, from);
        assert!(!data.is_empty(), "ended after {} bytes of {size}", bytes.len());
        bytes.extend(data);
    }
    assert_eq!(bytes.len(), size);
    bytes
}

fn send(stream: &Object, to: &[u8], data: &[u8]) -> bool {
    stream.must("SendTo", args![to, data]).truth()
}

fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|n| u8::try_from(n % 251).expect("below 251")).collect()
}

#[test]
fn a_server_is_told_who_came_what_was_said_and_who_went() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, endpoint) = server(&host);
        let mut clients: Vec<_> = (0..3)
            .map(|_| {
                let client = tcp(&endpoint);
                (notice(&server), client)
            })
            .collect();
        for (number, (_, client)) in clients.iter_mut().enumerate() {
            client.write_all(format!("line {number}\r\n").as_bytes()).unwrap();
        }
        for _ in 0..3 {
            let (identity, mut data) = next(&server).expect("a line");
            data.make_ascii_uppercase();
            assert!(send(&server, &identity, &data));
        }
        for (number, (identity, client)) in clients.iter_mut().enumerate() {
            let mut line = [0; 8];
            client.read_exact(&mut line).expect("an answer");
            assert_eq!(line, format!("LINE {number}\r\n").as_bytes());
            client.shutdown(Shutdown::Both).expect("an end");
            assert_eq!(&notice(&server), identity);
        }
        let failed = server.must_fail("SendTo", args![&clients[0].0[..], b"late"]);
        assert_eq!(server.last_error_code(), "EHOSTUNREACH", "{}", failed.last_error);
    });
}

/// Whatever was sent before the end is there before it, small or large, read at once or slowly.
#[test]
fn an_answer_arrives_before_the_connection_is_closed() {
    isolated(secs(120), || {
        let host = Host::built();
        let (server, endpoint) = server(&host);
        for (size, slowly) in [(1, false), (5_000, true), (8 << 20, false), (8 << 20, true)] {
            let mut client = tcp(&endpoint);
            let identity = notice(&server);
            assert!(send(&server, &identity, &pattern(size)));
            assert!(send(&server, &identity, b""));
            if slowly {
                thread::sleep(millis(300));
            }
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).expect("an end");
            assert!(answer == pattern(size), "{} bytes of {size}", answer.len());
            server.must_fail("SendTo", args![&identity[..], b"late"]);
            assert_eq!(server.last_error_code(), "EHOSTUNREACH");
        }
        // The script has closed it: there is nothing to tell.
        server.must("SetRecvTimeout", args![200]);
        assert_eq!(next(&server), None);
    });
}

#[test]
fn an_answer_arrives_though_the_server_closes() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, endpoint) = server(&host);
        let mut client = tcp(&endpoint);
        let identity = notice(&server);
        assert!(send(&server, &identity, &pattern(3_000_000)));
        server.must("Close", []);
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).expect("an end");
        assert!(answer == pattern(3_000_000), "{} bytes", answer.len());
    });
}

#[test]
fn a_client_talks_is_cut_off_comes_back_and_leaves() {
    isolated(secs(60), || {
        let host = Host::built();
        let (listener, endpoint) = listener();
        let client = host.create("ZeroMQ.Stream");
        client.must("SetRecvTimeout", args![LONG]);
        client.must("Connect", args![&endpoint]);
        let (mut server, _) = listener.accept().expect("a client");
        let identity = notice(&client);
        // Parts go as one piece, in their order.
        client.must("SendPart", args![b"GET "]);
        client.must("SendPart", args![b""]);
        assert!(send(&client, &identity, b"/\r\n"));
        client.must("SendPart", args![&identity[..]]);
        client.must("SendPart", args![b"Host: "]);
        assert!(client.must("Send", args![b"1c\r\n"]).truth());
        let mut asked = [0; 17];
        server.read_exact(&mut asked).expect("a request");
        assert_eq!(&asked, b"GET /\r\nHost: 1c\r\n");
        server.write_all(&pattern(2_000_000)).expect("an answer");
        assert!(read(&client, &identity, 2_000_000) == pattern(2_000_000));

        drop(server);
        assert_eq!(notice(&client), identity, "the end");
        let (mut server, _) = listener.accept().expect("the client again");
        assert_eq!(notice(&client), identity, "the beginning");
        assert!(send(&client, &identity, b"again"));
        let mut said = [0; 5];
        server.read_exact(&mut said).expect("a word");

        assert!(send(&client, &identity, b"bye"));
        assert!(send(&client, &identity, b""));
        let mut rest = Vec::new();
        server.read_to_end(&mut rest).expect("an end");
        assert_eq!(rest, b"bye");
        client.must_fail("SendTo", args![&identity[..], b"late"]);
        assert_eq!(client.last_error_code(), "EHOSTUNREACH");
        listener.set_nonblocking(true).expect("a listener");
        thread::sleep(millis(500));
        assert!(listener.accept().is_err(), "a connection that was closed came back");

        listener.set_nonblocking(false).expect("a listener");
        client.must("Connect", args![&endpoint]);
        let (mut server, _) = listener.accept().expect("the client anew");
        let anew = notice(&client);
        assert!(send(&client, &anew, b"hello"));
        server.read_exact(&mut said).expect("a word");
        assert_eq!(&said, b"hello");
        client.must("Disconnect", args![&endpoint]);
        assert_eq!(server.read(&mut said).expect("an end"), 0);
    });
}

#[test]
fn what_cannot_be_is_said() {
    isolated(secs(60), || {
        let host = Host::built();
        for verb in ["Bind", "Connect"] {
            for endpoint in ["inproc://name", "ipc:///tmp/никогда"] {
                let stream = host.create("ZeroMQ.Stream");
                let failed = stream.must_fail(verb, args![endpoint]);
                assert_eq!(stream.last_error_code(), "ENOCOMPATPROTO");
                assert!(failed.last_error.contains("только по tcp"), "{}", failed.last_error);
            }
        }
        let (server, endpoint) = server(&host);
        server.must_fail("Send", args![b"to whom?"]);
        assert_eq!(server.last_error_code(), "EINVAL");
        server.must("SendPart", args![b"kept "]);
        server.must_fail("SendTo", args![b"nobody", b"data"]);
        assert_eq!(server.last_error_code(), "EHOSTUNREACH");
        let mut client = tcp(&endpoint);
        let identity = notice(&server);
        assert!(send(&server, &identity, b"and sent"));
        let mut said = [0; 13];
        client.read_exact(&mut said).expect("what was kept");
        assert_eq!(&said, b"kept and sent");
    });
}

/// One does not read; it is waited for in vain, and the others are served meanwhile.
#[test]
fn a_client_that_does_not_read_keeps_nobody() {
    isolated(secs(60), || {
        let host = Host::built();
        let server = host.create("ZeroMQ.Stream");
        server.set("SendHighWaterMark", 3).expect("an option");
        server.must("Bind", args!["tcp://127.0.0.1:*"]);
        server.must("SetRecvTimeout", args![LONG]);
        server.must("SetSendTimeout", args![100]);
        let endpoint = server.text_of("LastEndpoint");
        let mut deaf = tcp(&endpoint);
        let deaf_one = notice(&server);
        let data = pattern(1 << 20);
        let mut sent = 0;
        while send(&server, &deaf_one, &data) {
            sent += 1;
            assert!(sent < 1_000, "never full");
        }
        let mut client = tcp(&endpoint);
        let identity = notice(&server);
        assert!(send(&server, &identity, b"hello"));
        client.read_exact(&mut [0; 5]).expect("a word");
        let reader = thread::spawn(move || {
            let mut all = Vec::new();
            deaf.read_to_end(&mut all).map(|_| all)
        });
        server.must("SetSendTimeout", args![LONG]);
        assert!(send(&server, &deaf_one, b"the last"));
        assert!(send(&server, &deaf_one, b""));
        let all = reader.join().expect("no panic").expect("an end");
        assert_eq!(all.len(), sent * data.len() + 8);
    });
}

/// More comes than there is room for, while the script does something else; then it reads all, to the last notice.
#[test]
fn visitors_of_a_server_that_is_busy() {
    isolated(secs(120), || {
        let host = Host::built();
        let server = host.create("ZeroMQ.Stream");
        server.set("RecvHighWaterMark", 3).expect("an option");
        server.must("Bind", args!["tcp://127.0.0.1:*"]);
        server.must("SetRecvTimeout", args![LONG]);
        let endpoint = server.text_of("LastEndpoint");
        let visitors: Vec<_> = (0..20)
            .map(|number: usize| {
                let endpoint = endpoint.clone();
                thread::spawn(move || tcp(&endpoint).write_all(&pattern(number * 50_000)))
            })
            .collect();
        thread::sleep(millis(500));
        let mut open = std::collections::HashMap::new();
        let mut told: Vec<Vec<u8>> = Vec::new();
        while told.len() < visitors.len() {
            let (identity, data) = next(&server).expect("an end of each");
            if !data.is_empty() {
                open.get_mut(&identity).map(|bytes: &mut Vec<u8>| bytes.extend(data)).expect("a visitor that came");
            } else if let Some(bytes) = open.remove(&identity) {
                told.push(bytes);
            } else {
                open.insert(identity, Vec::new());
            }
        }
        visitors.into_iter().for_each(|visitor| visitor.join().expect("no panic").expect("room"));
        told.sort_by_key(Vec::len);
        for (number, bytes) in told.iter().enumerate() {
            assert!(*bytes == pattern(number * 50_000), "visitor {number}: {} bytes", bytes.len());
        }
    });
}

/// Whatever strangers do, a good client is served, and nothing is left of them.
#[test]
fn strangers_do_no_harm() {
    isolated(secs(120), || {
        let host = Host::built();
        let (server, endpoint) = server(&host);
        server.must("SetRecvTimeout", args![0]);
        let strangers: Vec<_> = (0..4)
            .map(|seed| {
                let endpoint = endpoint.clone();
                thread::spawn(move || {
                    let mut random = Random::new(seed);
                    for round in 0..24 {
                        attack(Attack::ALL[round % Attack::ALL.len()], port(&endpoint), "STREAM", &mut random);
                        let mut stream = tcp(&endpoint);
                        let _ = stream.write_all(&vec![1; random.below(20_000)]);
                        match round % 3 {
                            0 => _ = stream.shutdown(Shutdown::Write),
                            1 => _ = stream.set_read_timeout(Some(millis(1))).map(|()| stream.read(&mut [0; 100])),
                            _ => {}
                        }
                    }
                })
            })
            .collect();
        let mut known = std::collections::HashSet::new();
        let mut answer = |server: &Object| {
            let Some((identity, data)) = next(server) else { return false };
            if data.is_empty() && !known.remove(&identity) {
                known.insert(identity.clone());
            }
            // They may have gone by now, and some are shown out.
            let _ = server.call("SendTo", args![&identity[..], if data.len() % 7 == 3 { b"" } else { &b"answer"[..] }]);
            true
        };
        while !strangers.iter().all(thread::JoinHandle::is_finished) {
            answer(&server);
        }
        strangers.into_iter().for_each(|stranger| stranger.join().expect("no panic"));
        assert!(wait_until(secs(20), || !answer(&server)), "they never end");
        server.must("SetRecvTimeout", args![LONG]);
        let mut client: TcpStream = tcp(&endpoint);
        client.write_all(b"question").unwrap();
        // Of some it is told only now that they have gone.
        let asked = std::iter::from_fn(|| next(&server)).find(|(_, data)| data == b"question");
        assert!(send(&server, &asked.expect("the question").0, b"answer"));
        client.read_exact(&mut [0; 6]).expect("an answer");
    });
}

/// A server of ZeroMQ that is taken for one of TCP, and the other way round: neither harms the other.
#[test]
fn a_peer_of_zeromq_is_just_bytes() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, endpoint) = server(&host);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![&endpoint]);
        let identity = notice(&server);
        let (from, data) = next(&server).expect("a greeting");
        assert_eq!((&from, data[0]), (&identity, 0xff));

        let rep = host.create("ZeroMQ.Rep");
        rep.must("Bind", args!["tcp://127.0.0.1:*"]);
        let client = host.create("ZeroMQ.Stream");
        client.must("SetRecvTimeout", args![LONG]);
        client.must("Connect", args![rep.text_of("LastEndpoint")]);
        let identity = notice(&client);
        assert!(send(&client, &identity, b"GET / HTTP/1.0\r\n\r\n"));
        rep.must("SetRecvTimeout", args![300]);
        assert!(rep.must("Recv", []).is_empty());
    });
}
