//! The classes with their rows, and the names under which a host makes them: all of it from the rows in `classes`, and from
//! those of `SINGLES` here.

use super::auth::{self, Auth};
use super::classes::{AUTH, COMPONENT, CURVE, INFO, Names, POLLER, PROXY, SOCKETS};
use super::curve::{self, Curve};
use super::info::{self, Info};
use super::poller::{self, Poller};
use super::proxy::{self, Proxy};
use super::socket::Socket;
use crate::native_api::{Class, Registration};
use crate::schema::{ClassSet, ClassTable, Described, Words, words};

/// Each class of sockets with its rows, in the same order.
pub static SOCKET_CLASSES: [ClassTable<Socket>; SOCKETS.len()] = {
    let mut classes = [ClassTable::new(ClassSet(1), Socket::new); SOCKETS.len()];
    let mut index = 0;
    while index < SOCKETS.len() {
        classes[index] = ClassTable::new(ClassSet(1 << index), Socket::new).doc(SOCKETS[index].doc);
        index += 1;
    }
    classes
};

/// A class whose family has no other.
#[derive(Clone, Copy)]
pub struct Single {
    pub names: Names,
    /// What the examples call an object of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are checked and printed by tests"))]
    pub example: Words,
    pub class: &'static dyn Described,
}

/// The component and its process.
pub static INFO_CLASS: ClassTable<Info> = ClassTable::new(info::ONLY, Info::new).doc(words(
    "Сведения о компоненте и о процессе, в котором она работает.",
    "About the component and the process it runs in.",
));

/// Many sockets.
static POLLER_CLASS: ClassTable<Poller> = ClassTable::new(poller::ONLY, Poller::new).doc(words(
    "Опросник: ждёт сразу много сокетов и говорит, какие из них готовы.",
    "Waits for many sockets at once and tells which of them are ready.",
));

/// Keys.
static CURVE_CLASS: ClassTable<Curve> = ClassTable::new(curve::ONLY, Curve::new).doc(words(
    "Ключи CURVE: создаёт закрытый, вычисляет открытый.",
    "Keys of CURVE: makes secret ones, derives public ones.",
));

/// Who may come in.
static AUTH_CLASS: ClassTable<Auth> = ClassTable::new(auth::ONLY, Auth::new).doc(words(
    "Проверка подлинности: решает, кого впустить к серверам CURVE и PLAIN этого процесса и к сокетам с `ДоменZAP`.",
    "Authentication: decides who is let in to the CURVE and PLAIN servers of this process, and to sockets with a `ZapDomain`.",
));

/// Messages passed on.
static PROXY_CLASS: ClassTable<Proxy> = ClassTable::new(proxy::ONLY, Proxy::new).doc(words(
    "Прокси: в собственном потоке компоненты передаёт сообщения между двумя сторонами, не занимая сеанс 1С.",
    "A proxy: passes messages on between two sides, in a thread of the component's own, while the script does other work.",
));

/// The classes that have no others in their families, in the order in which hosts list them behind the sockets.
pub const SINGLES: [Single; 5] = [
    Single { names: INFO, example: words("Сведения", "Info"), class: &INFO_CLASS },
    Single { names: POLLER, example: words("Опросник", "Poller"), class: &POLLER_CLASS },
    Single { names: CURVE, example: words("Ключи", "Curve"), class: &CURVE_CLASS },
    Single { names: AUTH, example: words("Проверка", "Auth"), class: &AUTH_CLASS },
    Single { names: PROXY, example: words("Прокси", "Proxy"), class: &PROXY_CLASS },
];

const CLASSES: usize = SOCKETS.len() + SINGLES.len();

/// Everything that a host may make: each class under its id without dots, then each under the seed's name, then Info
/// under the component's own.
pub const REGISTRATIONS: [Registration; 2 * CLASSES + 1] = {
    let mut all = [registration(COMPONENT, COMPONENT, &INFO_CLASS); 2 * CLASSES + 1];
    let mut index = 0;
    while index < CLASSES {
        let (names, class): (Names, &'static dyn Class) = if index < SOCKETS.len() {
            (SOCKETS[index].names, &SOCKET_CLASSES[index])
        } else {
            let single = SINGLES[index - SOCKETS.len()];
            (single.names, single.class)
        };
        all[index] = registration(names.plain, names.plain, class);
        all[CLASSES + index] = registration(names.underscored, names.dotted, class);
        index += 1;
    }
    all
};

const fn registration(id: &'static str, extension: &'static str, class: &'static dyn Class) -> Registration {
    Registration { id, extension, class }
}
