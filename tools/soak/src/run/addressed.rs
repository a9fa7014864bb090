//! Loads whose messages are for one of many: a Router and its Dealers, a server of raw TCP and its clients.

use super::Soak;
use super::loads::{PATIENCE, Victim, mark, marked, receive, socket};
use host::random::Random;
use host::{Object, Value};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How many questions are on their way at once.
const AHEAD: usize = 8;

fn send_to(soak: &Soak, socket: &Object, identity: &[u8], data: &[u8]) {
    match socket.call("SendTo", [Value::blob(identity), Value::blob(data)]) {
        // Whoever does not read is shown out where that can be done.
        Ok(Value::Bool(false)) if !data.is_empty() && socket.class().ends_with("Stream") => {
            send_to(soak, socket, identity, b"");
        }
        Ok(_) => {}
        Err(failed) if failed.code == "EHOSTUNREACH" => {}
        Err(failed) => soak.counts.fail(&failed),
    }
}

fn more(socket: &Object) -> bool {
    matches!(socket.get("RecvMore"), Ok(Value::Bool(true)))
}

/// Gives back the last part of what each peer says; gives it.
fn echo(soak: &Soak, socket: &Object, random: &mut Random) -> Option<Vec<u8>> {
    let identity = receive(soak, socket, random)?;
    let mut last = None;
    while more(socket) {
        last = receive(soak, socket, random);
    }
    let last = last?;
    if !last.is_empty() {
        send_to(soak, socket, &identity, &last);
    }
    Some(last)
}

/// This process answers a Dealer that survives, one that is killed, and strangers.
pub fn routing(soak: &Soak, mut random: Random) {
    let router = socket(&soak.host(), "ZeroMQ.Router", "Bind", "tcp://127.0.0.1:*");
    let endpoint = router.text_of("LastEndpoint");
    soak.note(&endpoint, "DEALER");
    soak.router.get_or_init(|| endpoint.clone());
    let mut victim = Victim::start(&["dealer", &endpoint]);
    while !soak.counts.over() {
        victim.look(soak, &mut random);
        if echo(soak, &router, &mut random).is_some_and(|data| marked(&data).is_some()) {
            soak.counts.routed.one();
        }
    }
}

/// The Dealer that survives: every question has its answer, in order.
pub fn dealing(soak: &Soak, mut random: Random) {
    let dealer = socket(&soak.host(), "ZeroMQ.Dealer", "Connect", soak.router.wait());
    let (mut sent, mut heard, mut last) = (0, 0, Instant::now());
    while !soak.counts.over() {
        while sent < heard + AHEAD {
            match dealer.call("Send", [Value::Blob(mark(0, sent, random.below(2000)))]) {
                Ok(Value::Bool(true)) => sent += 1,
                Ok(_) => break,
                Err(failed) => {
                    soak.counts.fail(&failed);
                    break;
                }
            }
        }
        let number = receive(soak, &dealer, &mut random).as_deref().and_then(marked).map(|(_, number)| number);
        match number {
            Some(number) => {
                soak.counts.dealt.one();
                if number > heard {
                    soak.counts.lose((number - heard) as u64, &"ответы Dealer");
                } else if number < heard {
                    soak.counts.doubled.one();
                }
                (heard, last) = (number + 1, Instant::now());
            }
            None if last.elapsed() > PATIENCE && !soak.counts.over() => {
                soak.counts.lose((sent - heard) as u64, &"вопросы Dealer без ответа");
                (heard, last) = (sent, Instant::now());
            }
            None => {}
        }
    }
}

/// This process gives every client of raw TCP its bytes back.
pub fn streaming(soak: &Soak, mut random: Random) {
    let server = socket(&soak.host(), "ZeroMQ.Stream", "Bind", "tcp://127.0.0.1:*");
    let endpoint = server.text_of("LastEndpoint");
    soak.note(&endpoint, "STREAM");
    soak.stream.get_or_init(|| endpoint);
    while !soak.counts.over() {
        echo(soak, &server, &mut random);
    }
}

/// A client that comes and goes: its bytes come back as they were.
pub fn talking(soak: &Soak, mut random: Random) {
    let endpoint = soak.stream.wait();
    let address = endpoint.strip_prefix("tcp://").expect("an address");
    while !soak.counts.over() {
        let mut talk = || -> std::io::Result<()> {
            let mut client = TcpStream::connect(address)?;
            client.set_read_timeout(Some(PATIENCE))?;
            for _ in 0..=random.below(50) {
                let said = mark(0, random.below(1000), random.below(20_000));
                client.write_all(&said)?;
                let mut answer = vec![0; said.len()];
                client.read_exact(&mut answer)?;
                if answer != said {
                    soak.counts.broken.one();
                }
                soak.counts.streamed.one();
            }
            Ok(())
        };
        if let Err(error) = talk()
            && !soak.counts.over()
        {
            soak.counts.lose(1, &format!("Stream: {error}"));
        }
        soak.counts.nap(Duration::from_millis(random.below(20)));
    }
}
