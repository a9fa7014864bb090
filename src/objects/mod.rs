//! The product: what a 1C script sees. A class is one line here, a member one row beside its code.

mod attachment;
mod audience;
mod defaults;
mod endpoint;
mod errors;
mod info;
mod ipc_path;
mod kind;
mod publisher;
mod receive;
mod send;
mod socket;
mod socket_rows;
mod tcp;
mod tcp_host;
mod topics;

#[cfg(test)]
mod row_tests;
#[cfg(test)]
mod tests;

use crate::native_api::{Addin, Class, Registration, class_names, class_names_length};
use crate::schema::ClassTable;
use info::Info;
use socket::Socket;
use socket_rows::{PUB, PULL, PUSH, REP, REQ, SUB};

/// The library: every class, under both its names.
pub struct ZeroMq;

impl Addin for ZeroMq {
    fn registrations(&self) -> &'static [Registration] {
        REGISTRATIONS
    }

    fn class_names(&self) -> &'static [u16] {
        static NAMES: [u16; class_names_length(REGISTRATIONS)] = class_names(REGISTRATIONS);
        &NAMES
    }
}

static REQ_CLASS: ClassTable<Socket> = ClassTable::new(REQ, Socket::req).doc(
    "Клиент: отправляет запрос и ждёт ответа от `ZeroMQ.Rep`.",
    "A client: sends a request and waits for the reply of a `ZeroMQ.Rep`.",
);
static REP_CLASS: ClassTable<Socket> = ClassTable::new(REP, Socket::rep).doc(
    "Сервер: получает запросы клиентов по очереди и отвечает на каждый.",
    "A server: receives the requests of clients one after another and replies to each.",
);
static PUB_CLASS: ClassTable<Socket> = ClassTable::new(PUB, Socket::publisher).doc(
    "Издатель: рассылает сообщения всем подписчикам. Кому сообщение не успело уйти, тот его не получит.",
    "A publisher: sends messages to every subscriber. Whoever cannot keep up misses messages.",
);
static SUB_CLASS: ClassTable<Socket> = ClassTable::new(SUB, Socket::subscriber).doc(
    "Подписчик: получает сообщения `ZeroMQ.Pub`, начало которых совпадает с одной из подписок.",
    "A subscriber: receives those messages of a `ZeroMQ.Pub` that begin with one of its subscriptions.",
);
static PUSH_CLASS: ClassTable<Socket> = ClassTable::new(PUSH, Socket::push).doc(
    "Раздаёт задачи: каждое сообщение получает один `ZeroMQ.Pull`, по очереди.",
    "Hands out tasks: each message goes to one `ZeroMQ.Pull`, in turn.",
);
static PULL_CLASS: ClassTable<Socket> = ClassTable::new(PULL, Socket::pull).doc(
    "Получает задачи от одного или нескольких `ZeroMQ.Push`.",
    "Receives tasks from one `ZeroMQ.Push` or several.",
);
static INFO_CLASS: ClassTable<Info> = ClassTable::new(info::ONLY, Info::new).doc(
    "Сведения о компоненте и о процессе, в котором она работает.",
    "About the component and the process it runs in.",
);

/// `ZeroMQReq` serves hosts that need an id without dots (БСП, OneScript); `ZeroMQ_Req` registers the seed's `ZeroMQ.Req`.
const REGISTRATIONS: &[Registration] = &[
    registration("ZeroMQReq", "ZeroMQReq", &REQ_CLASS),
    registration("ZeroMQRep", "ZeroMQRep", &REP_CLASS),
    registration("ZeroMQPub", "ZeroMQPub", &PUB_CLASS),
    registration("ZeroMQSub", "ZeroMQSub", &SUB_CLASS),
    registration("ZeroMQPush", "ZeroMQPush", &PUSH_CLASS),
    registration("ZeroMQPull", "ZeroMQPull", &PULL_CLASS),
    registration("ZeroMQInfo", "ZeroMQInfo", &INFO_CLASS),
    registration("ZeroMQ_Req", "ZeroMQ.Req", &REQ_CLASS),
    registration("ZeroMQ_Rep", "ZeroMQ.Rep", &REP_CLASS),
    registration("ZeroMQ_Pub", "ZeroMQ.Pub", &PUB_CLASS),
    registration("ZeroMQ_Sub", "ZeroMQ.Sub", &SUB_CLASS),
    registration("ZeroMQ_Push", "ZeroMQ.Push", &PUSH_CLASS),
    registration("ZeroMQ_Pull", "ZeroMQ.Pull", &PULL_CLASS),
    registration("ZeroMQ_Info", "ZeroMQ.Info", &INFO_CLASS),
];

const fn registration(id: &'static str, extension: &'static str, class: &'static dyn Class) -> Registration {
    Registration { id, extension, class }
}
