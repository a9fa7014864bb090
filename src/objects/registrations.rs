//! The classes with their rows, and the names under which a host makes them: all of it from the rows in `classes`.

use super::classes::{COMPONENT, INFO, Names, SOCKETS};
use super::info::{self, Info};
use super::socket::Socket;
use crate::native_api::{Class, Registration};
use crate::schema::{ClassSet, ClassTable, words};

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

/// The component and its process.
pub static INFO_CLASS: ClassTable<Info> = ClassTable::new(info::ONLY, Info::new).doc(words(
    "Сведения о компоненте и о процессе, в котором она работает.",
    "About the component and the process it runs in.",
));

/// Everything that a host may make: each class under its id without dots, then each under the seed's name, then Info
/// under the component's own.
pub const REGISTRATIONS: [Registration; 2 * (SOCKETS.len() + 1) + 1] = {
    let half = SOCKETS.len() + 1;
    let mut all = [registration(INFO.plain, INFO.plain, &INFO_CLASS); 2 * (SOCKETS.len() + 1) + 1];
    let mut index = 0;
    while index < SOCKETS.len() {
        let (names, class): (&Names, &'static dyn Class) = (&SOCKETS[index].names, &SOCKET_CLASSES[index]);
        all[index] = registration(names.plain, names.plain, class);
        all[half + index] = registration(names.underscored, names.dotted, class);
        index += 1;
    }
    all[2 * half - 1] = registration(INFO.underscored, INFO.dotted, &INFO_CLASS);
    all[2 * half] = registration(COMPONENT, COMPONENT, &INFO_CLASS);
    all
};

const fn registration(id: &'static str, extension: &'static str, class: &'static dyn Class) -> Registration {
    Registration { id, extension, class }
}
