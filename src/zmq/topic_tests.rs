//! Topics longer than anybody's, within the bounds of patch 0021-endless-topic.

use super::{BytesOption, Event, Message, Socket, SocketType, poll};

#[test]
fn a_topic_of_64_kib_works() {
    const SIZE: usize = 64 << 10;
    let mut publisher = Socket::new(SocketType::XPub).unwrap();
    publisher.bind("tcp://127.0.0.1:*").unwrap();
    let mut subscriber = Socket::new(SocketType::Sub).unwrap();
    subscriber.connect(&publisher.last_endpoint().unwrap()).unwrap();
    subscriber.set_bytes(BytesOption::Subscribe, &[b'x'; SIZE]).unwrap();
    assert!(poll(&mut publisher, Event::Receivable, 10_000).unwrap());
    assert_eq!(publisher.receive().unwrap().bytes().len(), 1 + SIZE);
    publisher.send(&mut Message::from_bytes(&[b'x'; SIZE]).unwrap(), false).unwrap();
    assert!(poll(&mut subscriber, Event::Receivable, 10_000).unwrap());
}
