//! Topics that nobody uses, from peers that nobody knows.

use super::{BytesOption, Event, Message, Socket, SocketType};

#[test]
fn a_strangers_endless_topic_is_ignored() {
    let mut publisher = Socket::new(SocketType::XPub).unwrap();
    publisher.bind("tcp://127.0.0.1:*").unwrap();
    let mut subscriber = Socket::new(SocketType::Sub).unwrap();
    subscriber.connect(&publisher.last_endpoint().unwrap()).unwrap();
    subscriber.set_bytes(BytesOption::Subscribe, &[b'x'; 1025]).unwrap();
    subscriber.set_bytes(BytesOption::Subscribe, &[b'x'; 1024]).unwrap();
    assert!(publisher.poll(Event::Receivable, 10_000).unwrap());
    assert_eq!(publisher.receive().unwrap().bytes().len(), 1 + 1024, "the longer one came first, if at all");
    publisher.send(&mut Message::from_bytes(&[b'x'; 1024]).unwrap(), false).unwrap();
    assert!(subscriber.poll(Event::Receivable, 10_000).unwrap());
}
