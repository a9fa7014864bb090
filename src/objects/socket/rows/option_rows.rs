//! The options that sockets of all patterns have, one row each: see `schema::option`. Those of one pattern stand beside.

use super::{P, RECEIVERS, SENDERS, bytes, flag, int, text};
use crate::objects::classes::{ALL, named};
use crate::objects::socket::defaults::{CONNECT_TIMEOUT, KEEPALIVE, LINGER, MAX_MESSAGE_SIZE, RECONNECT};
use crate::objects::socket::options::Key;
use crate::schema::{ClassSet, Matters, OptionValue, Unit, Words, option};
use crate::zmq::{BytesOption, IntOption, LongOption};
use std::ops::RangeInclusive;
use std::path::Path;

/// Two marks are added where a name of `inproc` is between: the sum must be an int.
const WATER: RangeInclusive<i32> = 0..=1_000_000_000;

/// A time, ms.
const TIME: RangeInclusive<i32> = 0..=i32::MAX;

/// Buffers of the system, bytes.
const BUFFER: RangeInclusive<i32> = 1..=1 << 30;

/// The smallest limit that lets a handshake through, bytes.
const HANDSHAKE: i64 = 276;

/// Those that speak ZeroMQ's protocol.
const ZMTP: ClassSet = ClassSet(ALL.0 & !named(&["Stream"]).0);

/// Those that receive messages, or send them, by it.
const MESSAGE_RECEIVERS: ClassSet = ClassSet(RECEIVERS.0 & ZMTP.0);
const MESSAGE_SENDERS: ClassSet = ClassSet(SENDERS.0 & ZMTP.0);

/// Those whose routing id a ROUTER sees.
const KNOWN: ClassSet = named(&["Req", "Rep", "Dealer", "Router"]);

/// Queues, connections, the network, identities.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[P] = &[
    P::option("SendHighWaterMark", "ПределОтправки", SENDERS,
        int(IntOption::SendHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
        .doc("Сколько сообщений может ждать отправки каждому получателю. Когда предел достигнут, отправляющий ждёт не дольше таймаута отправки. `Pub`, `XPub`, `XSub`, `Rep` и, если `ОбязательныйПолучатель` = Ложь, `Router` не ждут: новые сообщения такому получателю пропадают, пока он не прочтёт прежние. С `БезПотерь` = Истина `Pub` и `XPub` ждут. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
             "How many messages may wait to be sent to each peer. Once there are so many the sender waits, no longer than the send timeout. A `Pub`, an `XPub`, an `XSub`, a `Rep` and, with `RouterMandatory` = False, a `Router` do not wait: such a peer misses messages until it has read some. With `XPubNoDrop` = True a `Pub` and an `XPub` wait. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
    P::option("RecvHighWaterMark", "ПределПолучения", RECEIVERS,
        int(IntOption::ReceiveHighWaterMark, WATER).unit(Unit::Messages).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(10).default(1000))
        .doc("Сколько сообщений от каждого отправителя может ждать вызова `Получить`. Когда предел достигнут, остальные ждут у отправителя; те, что шлёт издатель, пропадают, когда и у него достигнут предел. Через `inproc` пределы обеих сторон складываются; 0 у одной снимает и другой.",
             "How many messages of each peer may wait for `Recv`. Once there are so many, the others wait at the sender's; those of a publisher are lost once its own limit is reached too. Over `inproc` the limits of both sides add up; 0 on one side lifts the other too."),
    P::option("Linger", "ДоставкаПослеЗакрытия", SENDERS,
        int(IntOption::Linger, TIME).unit(Unit::Milliseconds).special(-1, "пока живёт процесс", "while the process lives").sample(5000).default(LINGER as i64).default_of(named(&["XSub"]), 0))
        .doc("Сколько отправленное и ещё не доставленное ждёт получателя после `Закрыть`, в фоне. `Закрыть` ждёт не дольше 0,5 с при любом значении; 0 — недоставленное пропадает сразу. При -1 сокет, чей получатель не появился, остаётся в памяти до конца процесса.",
             "How long what was sent and not delivered waits for its receiver after `Close`, in the background. `Close` waits up to 0.5 s whatever the value; with 0 the undelivered is dropped at once. With -1 a socket whose receiver never comes stays in memory until the process ends."),
    P::option("MaxMessageSize", "ПределРазмераСообщения", MESSAGE_RECEIVERS,
        option::int64(Key::Long(LongOption::MaxMessageSize), HANDSHAKE..=MAX_MESSAGE_SIZE).unit(Unit::Bytes).matters(Matters::BeforeConnecting).sample(1 << 20).default(MAX_MESSAGE_SIZE))
        .doc("Наибольшее сообщение (у составного — все части вместе), которое принимается от другой стороны по tcp и ipc. Кто пришлёт больше, того отключают, и сообщение пропадает. Задайте меньше там, куда могут подключиться посторонние.",
             "The largest message (of a multipart one, all parts together) that is taken from a peer over tcp and ipc. Whoever sends a larger one is disconnected, and the message is lost. Set it lower where strangers may connect."),
    P::option("Immediate", "ТолькоУстановленныеСоединения", MESSAGE_SENDERS,
        flag(IntOption::Immediate).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: сообщения ставятся в очередь только к тем, с кем соединение уже установлено, а пока таких нет, `Отправить` ждёт (у `Pub`, `XPub` и `XSub` не ждёт, и сообщение пропадает; у `Router` — ошибка `EHOSTUNREACH`). Ложь: очередь есть у каждого `Подключить` сразу, и сообщения ждут в ней, даже если другая сторона не появится. При разрыве соединения при значении Истина пропадает и то, что ждало отправки по нему, и то, что по нему пришло и ещё не получено. На `inproc` и на привязанную сторону не влияет.",
             "True: messages are queued only for those whose connection is made, and while there is none `Send` waits (with a `Pub`, an `XPub` and an `XSub` it does not, and the message is lost; with a `Router` it is the error `EHOSTUNREACH`). False: each `Connect` has its queue at once, and messages wait in it even if the peer never comes. With True, both what waited to be sent over a connection and what came over it and was not received yet are lost when that breaks. Of no effect on `inproc` and on the side that binds."),
    P::option("Conflate", "ТолькоПоследнее", named(&["Push", "Pull", "Pub", "Sub"]),
        flag(IntOption::Conflate).matters(Matters::BeforeConnecting).sample(true).default(false))
        .doc("Истина: из ждущих сообщений остаётся только последнее — для показаний, где прежние никому не нужны; у `Pub` — последнее для каждого подписчика, из всех его тем. Пределы очередей тогда не действуют. Составных сообщений такой сокет не отправляет (`ОтправитьЧасть` — ошибка), а от составного получает одну часть. Через `inproc` действует настройка той стороны, что подключается.",
             "True: of the messages that wait only the last is kept, for readings of which nobody wants the earlier ones; a `Pub` keeps the last for each subscriber, of all its topics. Water marks do not count then. Such a socket sends no multipart messages (`SendPart` is an error), and of one that comes it receives a single part. Over `inproc` the setting of the side that connects holds."),
    P::option("ReconnectInterval", "ИнтервалПереподключения", ALL,
        int(IntOption::ReconnectInterval, 1..=i32::MAX).unit(Unit::Milliseconds).special(-1, "не переподключаться", "never reconnect").matters(Matters::BeforeConnecting).sample(500).default(RECONNECT.0 as i64))
        .doc("Пауза перед первой попыткой восстановить соединение; дальше она растёт до `НаибольшийИнтервалПереподключения`. С -1 разорванное соединение не восстанавливается: чтобы подключиться заново, вызовите `Отключить` и `Подключить`.",
             "The pause before the first attempt to connect anew; it then grows up to `ReconnectMaxInterval`. With -1 a broken connection is not made anew: to connect again call `Disconnect` and `Connect`."),
    P::option("ReconnectMaxInterval", "НаибольшийИнтервалПереподключения", ALL,
        int(IntOption::ReconnectIntervalMax, TIME).unit(Unit::Milliseconds).special(0, "10 с или первая пауза, если она больше", "10 s, or the first pause where that is longer").matters(Matters::BeforeConnecting).sample(30_000).default(RECONNECT.1 as i64))
        .doc("До какой величины растёт пауза между попытками восстановить соединение. Увеличьте там, где к одному серверу подключены тысячи клиентов.",
             "How long the pause between attempts to connect anew may become. Raise it where thousands of clients connect to one server."),
    P::option("ConnectTimeout", "ТаймаутПодключения", ALL,
        int(IntOption::ConnectTimeout, TIME).unit(Unit::Milliseconds).special(0, "столько, сколько ждёт система", "as long as the system waits").matters(Matters::BeforeConnecting).sample(3000).default(CONNECT_TIMEOUT as i64))
        .doc("Сколько ждать одной попытки соединения tcp, прежде чем начать следующую.",
             "How long one attempt to connect over tcp may take before the next begins."),
    P::option("HandshakeInterval", "ТаймаутРукопожатия", ZMTP,
        int(IntOption::HandshakeInterval, TIME).unit(Unit::Milliseconds).special(0, "без ограничения", "no limit").matters(Matters::BeforeConnecting).sample(5000).default(30_000))
        .doc("Сколько другая сторона может молчать после соединения, не представившись по протоколу ZeroMQ: дольше — соединение закрывается.",
             "How long a peer may stay silent after the connection is made without introducing itself by ZeroMQ's protocol: then the connection is closed."),
    P::option("HeartbeatInterval", "ИнтервалПроверкиСвязи", ZMTP,
        int(IntOption::HeartbeatInterval, TIME).unit(Unit::Milliseconds).special(0, "не проверять", "no heartbeats").matters(Matters::BeforeConnecting).sample(10_000).default(0))
        .doc("Как часто спрашивать другую сторону по протоколу ZeroMQ, на связи ли она. Исчезнувший компьютер замечают и без этого (`ПроверкаСоединенияTCP`); проверка связи нужна, когда между сторонами посредник, который держит соединение tcp сам, или когда соединение ipc надо проверять на зависание. Получатель, который долго занят и достиг предела получения, на неё не отвечает — и его отключат.",
             "How often the peer is asked by ZeroMQ's protocol whether it is there. A computer that vanished is noticed without it (`TcpKeepalive`); heartbeats help where a go-between keeps the tcp connection itself, or where a peer over ipc may hang. A receiver that is busy for long, at its water mark, does not answer, and is cut off."),
    P::option("HeartbeatTimeout", "ТаймаутПроверкиСвязи", ZMTP,
        int(IntOption::HeartbeatTimeout, TIME).unit(Unit::Milliseconds).matters(Matters::BeforeConnecting).sample(20_000).default(-1))
        .doc("Сколько ждать ответа на проверку связи, прежде чем закрыть соединение; пока не задан (-1) — столько же, сколько `ИнтервалПроверкиСвязи`.",
             "How long to wait for the answer to a heartbeat before the connection is closed; until set (-1), as long as `HeartbeatInterval`."),
    P::option("HeartbeatTimeToLive", "СрокПроверкиСвязи", ZMTP,
        int(IntOption::HeartbeatTimeToLive, 100..=6_553_500).unit(Unit::Milliseconds).special(0, "не сообщать", "not told").matters(Matters::BeforeConnecting).sample(30_000).default(0))
        .doc("Сообщается другой стороне с каждой проверкой связи: если за этот срок от нас ничего не придёт, пусть закроет соединение. Считается десятыми долями секунды, остаток отбрасывается.",
             "Told to the peer with each heartbeat: when nothing of ours comes for so long, it is to close the connection. Counted in tenths of a second, what is over is dropped."),
    P::option("TcpKeepalive", "ПроверкаСоединенияTCP", ALL,
        int(IntOption::TcpKeepalive, 0..=1).special(-1, "как задано в системе", "as the system has it").matters(Matters::BeforeConnecting).sample(0).default(KEEPALIVE.0 as i64))
        .doc("1 — система проверяет простаивающее соединение и закрывает его, если другая сторона не отвечает; 0 — не проверяет. С настройками по умолчанию исчезнувший компьютер замечают за 30 с, в том числе когда ему что-то отправлено.",
             "1: the system probes an idle connection, and closes it when the peer does not answer; 0: it does not. With the defaults a computer that vanished is noticed within 30 s, also when something is on its way to it."),
    P::option("TcpKeepaliveIdle", "ПростойДоПроверкиTCP", ALL,
        int(IntOption::TcpKeepaliveIdle, 1..=32_767).unit(Unit::Seconds).special(-1, "как задано в системе", "as the system has it").matters(Matters::BeforeConnecting).sample(60).default(KEEPALIVE.1 as i64))
        .doc("Сколько соединение tcp простаивает до первой проверки.", "How long a tcp connection is idle before the first probe."),
    P::option("TcpKeepaliveInterval", "ИнтервалПроверокTCP", ALL,
        int(IntOption::TcpKeepaliveInterval, 1..=32_767).unit(Unit::Seconds).special(-1, "как задано в системе", "as the system has it").matters(Matters::BeforeConnecting).sample(10).default(KEEPALIVE.2 as i64))
        .doc("Пауза между проверками, на которые нет ответа.", "The pause between probes that get no answer."),
    P::option("TcpKeepaliveCount", "ЧислоПроверокTCP", ALL,
        int(IntOption::TcpKeepaliveCount, 1..=127).special(-1, "как задано в системе", "as the system has it").matters(Matters::BeforeConnecting).sample(5).default(KEEPALIVE.3 as i64))
        .doc("После скольких проверок без ответа соединение закрывается. На Windows число задаёт система.", "After how many probes without an answer the connection is closed. On Windows the system sets the number."),
    P::option("TcpMaxRetransmitTimeout", "ТаймаутПовторовTCP", ALL,
        int(IntOption::TcpMaxRetransmitTimeout, TIME).unit(Unit::Milliseconds).special(0, "вычислить из настроек проверки соединения", "made of the settings of keepalive").matters(Matters::BeforeConnecting).sample(60_000).default(0))
        .doc("Сколько отправленное может оставаться без подтверждения, прежде чем соединение закроют. Получатель, который не читает, тоже задерживает подтверждение: не задавайте меньше времени, на которое он бывает занят. На Windows считается целыми секундами.",
             "How long what was sent may stay unacknowledged before the connection is closed. A receiver that does not read delays the acknowledgement too: do not set less than the time it may be busy. On Windows counted in whole seconds."),
    P::option("SendBufferSize", "БуферОтправки", ALL,
        int(IntOption::SendBufferSize, BUFFER).unit(Unit::Bytes).special(-1, "выбирает система", "the system chooses").matters(Matters::BeforeConnecting).sample(1 << 20).default(-1))
        .doc("Буфер отправки соединения tcp в системе. Заданный вручную отключает подбор размера системой: нужен разве что на быстрых линиях с большой задержкой.",
             "The system's send buffer of a tcp connection. One set by hand ends the tuning by the system: of use on fast links with a long delay, if at all."),
    P::option("RecvBufferSize", "БуферПолучения", ALL,
        int(IntOption::ReceiveBufferSize, BUFFER).unit(Unit::Bytes).special(-1, "выбирает система", "the system chooses").matters(Matters::BeforeConnecting).sample(1 << 20).default(-1))
        .doc("Буфер приёма соединения tcp в системе; см. `БуферОтправки`.", "The system's receive buffer of a tcp connection; see `SendBufferSize`."),
    P::option("Backlog", "ОчередьПодключений", ALL,
        int(IntOption::Backlog, 1..=65_535).matters(Matters::BeforeConnecting).sample(500).default(100))
        .doc("Сколько подключений к привязанному сокету (tcp, ipc) может ждать, пока их примут. Увеличьте, если клиенты подключаются сотнями сразу; система может ограничить число (`net.core.somaxconn`).",
             "How many connections to a bound socket (tcp, ipc) may wait to be accepted. Raise it where clients connect by the hundred at once; the system may bound the number (`net.core.somaxconn`)."),
    P::option("IPv6", "РазрешитьIPv6", ALL,
        flag(IntOption::Ipv6).matters(Matters::NextConnection).sample(true).default(false))
        .doc("Адрес IPv6, записанный цифрами (`tcp://[::1]:5555`), и имя, у которого есть только такой, работают и без этой настройки. Истина: `tcp://*:5555` принимает соединения и по IPv4, и по IPv6; у имени годятся адреса обоих видов.",
             "An address of IPv6 in digits (`tcp://[::1]:5555`), and a name that has no other, work without this. True: `tcp://*:5555` accepts both IPv4 and IPv6, and a name may stand for addresses of both kinds."),
    P::option("TypeOfService", "ТипОбслуживания", ALL,
        int(IntOption::TypeOfService, 0..=255).matters(Matters::BeforeConnecting).sample(40).default(0))
        .doc("Байт ToS (DSCP и ECN) в пакетах соединений tcp, по которому сетевое оборудование выбирает очередь. На Windows система его обычно не меняет.",
             "The byte ToS (DSCP and ECN) in packets of tcp connections, by which network equipment chooses a queue. Windows as a rule leaves it alone."),
    P::option("SocksProxy", "ПроксиSOCKS", ALL,
        text(BytesOption::SocksProxy, 0..=255).check(host_and_port).matters(Matters::NextConnection).sample("127.0.0.1:1080").default(""))
        .doc("Адрес прокси SOCKS5 (без пароля) в виде `узел:порт`, через который пойдут следующие `Подключить` по tcp; пустая строка — напрямую. Имя узла из `Подключить` прокси узнаёт сам.",
             "The address of a SOCKS5 proxy (without a password) as `host:port` that the next `Connect` over tcp goes through; an empty string goes straight. The proxy itself looks up the host name given to `Connect`."),
    P::option("BindToDevice", "СетевойИнтерфейс", ALL,
        text(BytesOption::BindToDevice, 0..=15).check(device).matters(Matters::NextConnection).sample("lo").default(""))
        .doc("Имя сетевого интерфейса Linux (`eth0`), через который только и пойдут соединения tcp следующих `Привязать` и `Подключить`; пустая строка — через любой. Интерфейс уже должен быть. Без права на это (старые ядра требуют `CAP_NET_RAW`) `Привязать` отказывает, а `Подключить` повторяет попытки. На Windows и macOS такого нет.",
             "The name of a network interface of Linux (`eth0`) that alone the tcp connections of the next `Bind` and `Connect` go through; an empty string means any. The interface has to be there. Where it is not permitted (old kernels want `CAP_NET_RAW`) `Bind` is refused, while `Connect` goes on trying. Windows and macOS have no such thing."),
    P::option("RoutingId", "ИдентификаторМаршрута", KNOWN,
        bytes(BytesOption::RoutingId, 1..=255).check(not_reserved).matters(Matters::BeforeConnecting).sample(b"worker-1").default(b""))
        .doc("Под каким именем этот сокет знает `Router` на другой стороне: от 1 до 255 байт, первый не нулевой; у каждого, кто к нему подключён, своё. Пока не задан, имя придумывает `Router`, и после каждого переподключения другое.",
             "The name by which a `Router` at the other end knows this socket: 1 to 255 bytes, the first not zero; everybody who connects to it has another. Until set the `Router` makes one up, another after each reconnection."),
    P::option("ZapDomain", "ДоменZAP", ZMTP,
        text(BytesOption::ZapDomain, 1..=255).matters(Matters::BeforeConnecting).sample("global").default(""))
        .doc("В каком домене объект `ZeroMQ.Auth` решает, кого впустить к этому сокету. Пока домен не принадлежит ни одному такому объекту этого процесса, не впускают никого. `УстановитьСерверCurve` и `УстановитьСерверPlain` задают домен сами; заданный без них пускает по адресам. На `inproc` не влияет.",
             "The domain in which a `ZeroMQ.Auth` decides who is let in to this socket. While no such object of this process has the domain, nobody is let in. `SetCurveServer` and `SetPlainServer` set it themselves; set without them it lets in by address. Of no effect on `inproc`."),
    P::option("Mechanism", "Механизм", ZMTP, option::text(Key::Mechanism, 0..=5).read_only())
        .doc("Как стороны подтверждают, кто они: `NULL` — никак, `PLAIN` — именем и паролем, `CURVE` — ключами, с шифрованием.", "How the sides prove who they are: `NULL`, not at all; `PLAIN`, by name and password; `CURVE`, by keys, and encrypted."),
    P::option("Type", "Тип", ALL, option::text(Key::Type, 0..=6).read_only())
        .doc("Вид сокета, как в имени класса: `Req`, `Sub`.", "The kind of socket, as in the name of its class: `Req`, `Sub`."),
];

/// `host:port`, or nothing.
fn host_and_port(value: OptionValue<'_>) -> Option<Words<String>> {
    let OptionValue::Text(text) = value else { return None };
    let is_host =
        |host: &str| !host.is_empty() && host.chars().all(|it| it.is_alphanumeric() || ".-_[]:%".contains(it));
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    let fits = text.is_empty() || text.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && is_port(port));
    (!fits).then(|| {
        ("нужен адрес вида «узел:порт», например «10.0.0.1:1080»", "takes an address such as \"10.0.0.1:1080\"").into()
    })
}

/// A name that an interface may have, on a system where one can be chosen.
fn device(value: OptionValue<'_>) -> Option<Words<String>> {
    let OptionValue::Text(text) = value else { return None };
    if !cfg!(target_os = "linux") && !text.is_empty() {
        return Some(("интерфейс можно выбрать только на Linux", "only Linux lets one choose an interface").into());
    }
    let is_name = !text.contains('/') && !text.starts_with('.') && !text.contains('\0');
    // Where the system does not show its interfaces the name is taken as it is.
    let all = Path::new("/sys/class/net");
    let is_there = is_name && (!all.exists() || all.join(text).exists());
    (!is_there && !text.is_empty())
        .then(|| ("такого сетевого интерфейса нет", "there is no such network interface").into())
}

/// Ids that begin with a zero byte are those that a ROUTER makes up.
pub(super) fn not_reserved(value: OptionValue<'_>) -> Option<Words<String>> {
    let reserved = matches!(value, OptionValue::Bytes([0, ..]));
    reserved.then(|| {
        (
            "первый байт не может быть нулевым, такие идентификаторы ZeroMQ даёт сам",
            "the first byte may not be zero, such ids are ZeroMQ's own",
        )
            .into()
    })
}
