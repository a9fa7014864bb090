//! The classes of sockets, one row each: everything that makes one differ from another is said here.

use crate::schema::{ClassSet, Words, words};
use crate::zmq::{Event, Events, IntOption, SocketType};

/// What the sockets of a class can do, a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Abilities(u16);

impl Abilities {
    /// Takes messages to send.
    pub const SENDS: Self = Self(1);
    /// Gives messages that came.
    pub const RECEIVES: Self = Self(2);
    /// Chooses messages by what they begin with.
    pub const SUBSCRIBES: Self = Self(4);
    /// Knows who subscribes: an XPUB inside.
    pub const PUBLISHES: Self = Self(8);
    /// Requests and replies alternate: what was not read of one is given up with the other.
    pub const TAKES_TURNS: Self = Self(16);
    /// Chooses who gets a message: its first part is the peer's identity, when it is sent and when it is received.
    pub const ADDRESSES: Self = Self(32);
    /// Sends and receives bytes as TCP carries them, not ZeroMQ's messages.
    pub const STREAMS: Self = Self(64);
    /// Subscribes by messages that it sends.
    pub const SENDS_SUBSCRIPTIONS: Self = Self(128);

    /// Whatever makes sending more than handing a message over: any of these.
    pub const SENDS_WITH_CARE: Self =
        Self::PUBLISHES.and(Self::TAKES_TURNS).and(Self::ADDRESSES).and(Self::SENDS_SUBSCRIPTIONS);

    /// Asks one and waits for the reply.
    pub const REQUESTS: Self = Self(1 << 8);

    /// Both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, ability: Self) -> bool {
        self.0 & ability.0 == ability.0
    }
}

/// The names of a class.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// In the reference and in error texts: `Req`.
    pub short: &'static str,
    /// The id for hosts that take no dots (БСП, OneScript): `ZeroMQReq`.
    pub plain: &'static str,
    /// The id that registers as `dotted`: `ZeroMQ_Req`.
    pub underscored: &'static str,
    /// As the seed's scripts write it: `ZeroMQ.Req`.
    pub dotted: &'static str,
}

macro_rules! names {
    ($short:literal) => {
        Names {
            short: $short,
            plain: concat!("ZeroMQ", $short),
            underscored: concat!("ZeroMQ_", $short),
            dotted: concat!("ZeroMQ.", $short),
        }
    };
}

/// A class of sockets.
#[derive(Debug)]
pub struct SocketClass {
    pub names: Names,
    /// What libzmq makes of it.
    pub socket_type: SocketType,
    pub abilities: Abilities,
    /// Options beside those that every socket starts with (`socket::defaults`).
    pub options: &'static [(IntOption, i32)],
    /// The class at the other end, for the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "each class is tested with its peer"))]
    pub peer: &'static str,
    pub doc: Words,
}

const SENDS: Abilities = Abilities::SENDS;
const RECEIVES: Abilities = Abilities::RECEIVES;
const BOTH: Abilities = SENDS.and(RECEIVES);
const EXCHANGES: Abilities = BOTH.and(Abilities::TAKES_TURNS);
const ADDRESSES: Abilities = BOTH.and(Abilities::ADDRESSES);

/// What was sent may wait for its peer; the subscriptions of one that only receives are of no use to anybody without it.
const NO_LINGER: (IntOption, i32) = (IntOption::Linger, 0);

/// The classes, in the order in which hosts list them.
pub const SOCKETS: &[SocketClass] = &[
    SocketClass {
        names: names!("Req"),
        socket_type: SocketType::Req,
        abilities: EXCHANGES.and(Abilities::REQUESTS),
        // After a timeout a new request may be sent, and a late answer to the old one is not taken for its answer.
        options: &[(IntOption::ReqRelaxed, 1), (IntOption::ReqCorrelate, 1)],
        peer: "Rep",
        doc: words(
            "Клиент: отправляет запрос и ждёт ответа от `ZeroMQ.Rep`.",
            "A client: sends a request and waits for the reply of a `ZeroMQ.Rep`.",
        ),
    },
    SocketClass {
        names: names!("Rep"),
        socket_type: SocketType::Rep,
        abilities: EXCHANGES,
        options: &[],
        peer: "Req",
        doc: words(
            "Сервер: получает запросы клиентов по очереди и отвечает на каждый.",
            "A server: receives the requests of clients one after another and replies to each.",
        ),
    },
    SocketClass {
        names: names!("Pub"),
        // It sends as a PUB does and also tells who subscribes: see `socket::subscribers`.
        socket_type: SocketType::XPub,
        abilities: SENDS.and(Abilities::PUBLISHES),
        options: &[(IntOption::XPubVerbose, 1)],
        peer: "Sub",
        doc: words(
            "Издатель: рассылает сообщения всем подписчикам. Кому сообщение не успело уйти, тот его не получит.",
            "A publisher: sends messages to every subscriber. Whoever cannot keep up misses messages.",
        ),
    },
    SocketClass {
        names: names!("Sub"),
        socket_type: SocketType::Sub,
        abilities: RECEIVES.and(Abilities::SUBSCRIBES),
        options: &[NO_LINGER],
        peer: "Pub",
        doc: words(
            "Подписчик: получает сообщения `ZeroMQ.Pub`, начало которых совпадает с одной из подписок.",
            "A subscriber: receives those messages of a `ZeroMQ.Pub` that begin with one of its subscriptions.",
        ),
    },
    SocketClass {
        names: names!("Push"),
        socket_type: SocketType::Push,
        abilities: SENDS,
        options: &[],
        peer: "Pull",
        doc: words(
            "Раздаёт задачи: каждое сообщение получает один `ZeroMQ.Pull`, по очереди.",
            "Hands out tasks: each message goes to one `ZeroMQ.Pull`, in turn.",
        ),
    },
    SocketClass {
        names: names!("Pull"),
        socket_type: SocketType::Pull,
        abilities: RECEIVES,
        options: &[NO_LINGER],
        peer: "Push",
        doc: words(
            "Получает задачи от одного или нескольких `ZeroMQ.Push`.",
            "Receives tasks from one `ZeroMQ.Push` or several.",
        ),
    },
    SocketClass {
        names: names!("Dealer"),
        socket_type: SocketType::Dealer,
        abilities: BOTH,
        options: &[],
        peer: "Dealer",
        doc: words(
            "Клиент без очерёдности: отправляет и получает сколько угодно сообщений в любом порядке; отправляет по очереди \
             всем, с кем соединён. Собеседник — `ZeroMQ.Router`, `ZeroMQ.Rep` или другой `ZeroMQ.Dealer`.",
            "A client that takes no turns: sends and receives any number of messages in any order; sends to each of its \
             peers in turn. Its peer is a `ZeroMQ.Router`, a `ZeroMQ.Rep` or another `ZeroMQ.Dealer`.",
        ),
    },
    SocketClass {
        names: names!("Router"),
        socket_type: SocketType::Router,
        abilities: ADDRESSES,
        // Who is not there is an error, not silence. A peer that lost its connection without a word comes back under its
        // name before the old connection is known to be dead, and would be heard no more.
        options: &[(IntOption::RouterMandatory, 1), (IntOption::RouterHandover, 1)],
        peer: "Dealer",
        doc: words(
            "Сервер, который знает собеседников по идентификаторам: первая часть полученного сообщения — идентификатор \
             отправителя, по нему ответ отправляют именно ему. Собеседники — `ZeroMQ.Dealer`, `ZeroMQ.Req`, `ZeroMQ.Router`.",
            "A server that knows its peers by their identities: the first part of what it receives is the sender's, by which \
             an answer goes to just that one. Its peers are `ZeroMQ.Dealer`, `ZeroMQ.Req` and `ZeroMQ.Router`.",
        ),
    },
    SocketClass {
        names: names!("Pair"),
        socket_type: SocketType::Pair,
        abilities: BOTH,
        options: &[],
        peer: "Pair",
        doc: words(
            "Разговор двоих: соединяется с одним `ZeroMQ.Pair`, оба отправляют и получают в любом порядке. Остальные ждут, \
             пока он уйдёт.",
            "A talk of two: connects to one `ZeroMQ.Pair`, both send and receive in any order. Others wait until it has gone.",
        ),
    },
    SocketClass {
        names: names!("XPub"),
        socket_type: SocketType::XPub,
        abilities: BOTH,
        options: &[],
        peer: "Sub",
        doc: words(
            "Издатель, который видит подписки: получает их как сообщения (байт 1 — подписка, 0 — её конец, затем тема). Кому \
             подписки не нужны, тому нужен `ZeroMQ.Pub`: непрочитанные копятся.",
            "A publisher that sees subscriptions: receives them as messages (a byte 1 for a subscription, 0 for its end, then \
             the topic). Whoever does not need them wants a `ZeroMQ.Pub`: those that are not read pile up.",
        ),
    },
    SocketClass {
        names: names!("XSub"),
        socket_type: SocketType::XSub,
        abilities: BOTH.and(Abilities::SUBSCRIBES).and(Abilities::SENDS_SUBSCRIPTIONS),
        options: &[NO_LINGER],
        peer: "XPub",
        doc: words(
            "Подписчик, который подписывается и сообщениями (байт 1 — подписка, 0 — её конец, затем тема), поэтому может \
             передавать чужие подписки; другие его сообщения получает `ZeroMQ.XPub`.",
            "A subscriber that also subscribes by messages (a byte 1 for a subscription, 0 for its end, then the topic), so \
             that it can pass on those of others; a `ZeroMQ.XPub` receives its other messages.",
        ),
    },
    SocketClass {
        names: names!("Stream"),
        socket_type: SocketType::Stream,
        abilities: ADDRESSES.and(Abilities::STREAMS),
        options: &[],
        peer: "Stream",
        doc: words(
            "Клиент или сервер TCP без протокола ZeroMQ: получает идентификатор соединения и байты в том виде, в каком их \
             принял TCP. Пустые данные — уведомление: соединение появилось или закончилось.",
            "A client or server of TCP without ZeroMQ's protocol: receives the connection's identity and bytes as TCP has \
             them. Empty data is a notice: a connection was made or has ended.",
        ),
    },
];

impl SocketClass {
    /// The name in error texts.
    pub const fn name(&self) -> &'static str {
        self.names.short
    }

    /// Whether its sockets can do something.
    pub const fn can(&self, ability: Abilities) -> bool {
        self.abilities.has(ability)
    }

    /// Whether its sockets can do any of several things.
    pub const fn can_any(&self, abilities: Abilities) -> bool {
        self.abilities.0 & abilities.0 != 0
    }

    /// What to wait for when a message cannot be sent. Where it is up to the message whether there is room, because a certain
    /// peer gets it or all do, that there is room for some message says nothing.
    pub const fn sendable(&self) -> Event {
        match self.socket_type {
            SocketType::Router | SocketType::Stream | SocketType::XPub | SocketType::XSub => Event::Told,
            _ => Event::Sendable,
        }
    }

    /// The set of this class alone.
    pub const fn as_set(&self) -> ClassSet {
        named(&[self.name()])
    }

    /// What its sockets may become ready for.
    pub const fn events(&self) -> Events {
        let receives = if self.can(Abilities::RECEIVES) { Events::RECEIVABLE } else { Events::NONE };
        let sends = if self.can(Abilities::SENDS) { Events::SENDABLE } else { Events::NONE };
        receives.or(sends)
    }

    /// Of a class that is one of the sockets'.
    pub const fn of(class: ClassSet) -> &'static Self {
        &SOCKETS[class.0.trailing_zeros() as usize]
    }
}

/// The classes that have an ability: who has a row.
pub const fn who(ability: Abilities) -> ClassSet {
    let (mut classes, mut index) = (ClassSet(0), 0);
    while index < SOCKETS.len() {
        if SOCKETS[index].can(ability) {
            classes = classes.or(ClassSet(1 << index));
        }
        index += 1;
    }
    classes
}

/// The classes of these short names, of those that are there: who has a row that no ability tells.
pub const fn named(names: &[&str]) -> ClassSet {
    let (mut classes, mut index) = (ClassSet(0), 0);
    while index < SOCKETS.len() {
        let mut wanted = 0;
        while wanted < names.len() {
            if is(SOCKETS[index].names.short.as_bytes(), names[wanted].as_bytes()) {
                classes = classes.or(ClassSet(1 << index));
            }
            wanted += 1;
        }
        index += 1;
    }
    classes
}

const fn is(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// Every class of sockets.
pub const ALL: ClassSet = ClassSet((1 << SOCKETS.len()) - 1);

/// The names of the class that tells about the component.
pub const INFO: Names = names!("Info");

/// The names of the class that waits for many sockets.
pub const POLLER: Names = names!("Poller");

/// The name of the class that makes keys.
pub const CURVE: Names = names!("Curve");

/// The name of the class that decides who may come in.
pub const AUTH: Names = names!("Auth");

/// The names of the class that passes messages on.
pub const PROXY: Names = names!("Proxy");

/// БСП makes an object of this class to see whether the component is there: what follows `AddIn.` in INFO.XML's progid.
pub const COMPONENT: &str = "ZeroMQ";
