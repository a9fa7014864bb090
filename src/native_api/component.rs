//! What a component offers to this module: the side of the ABI that a class of ours implements, free of unsafe.

use super::arguments::Arguments;
use super::facts::HostFacts;
use super::language::Language;
use super::output::Output;
use super::surroundings::Surroundings;
use super::value::{Reply, Value};

/// All that a library offers to its host.
pub trait Addin: Sync {
    /// Every class under every name, in the order in which GetClassNames lists them.
    fn registrations(&self) -> &'static [Registration];
    /// The ids of all registrations as [`class_names`] joins them.
    fn class_names(&self) -> &'static [u16];
}

/// One name under which a class is offered.
#[derive(Clone, Copy)]
pub struct Registration {
    /// The id in GetClassNames: no dots, no `|`.
    pub id: &'static str,
    /// What RegisterExtensionAs answers: the last part of `Новый("AddIn.<any>.<this>")`.
    pub extension: &'static str,
    /// The class itself.
    pub class: &'static dyn Class,
}

/// How many units [`class_names`] gives.
#[must_use]
pub const fn class_names_length(registrations: &[Registration]) -> usize {
    let (mut length, mut index) = (0, 0);
    while index < registrations.len() {
        length += registrations[index].id.len() + 1;
        index += 1;
    }
    length
}

/// The ids joined by `|`, in UTF-16, with a NUL at the end: made by the compiler, so that a load leaves nothing behind.
#[must_use]
pub const fn class_names<const LENGTH: usize>(registrations: &[Registration]) -> [u16; LENGTH] {
    let mut names = [0; LENGTH];
    let (mut index, mut at) = (0, 0);
    while index < registrations.len() {
        let id = registrations[index].id.as_bytes();
        let mut byte = 0;
        while byte < id.len() {
            assert!(id[byte].is_ascii_alphanumeric() || id[byte] == b'_', "an id has neither dots nor bars");
            names[at] = id[byte] as u16;
            (byte, at) = (byte + 1, at + 1);
        }
        index += 1;
        if index < registrations.len() {
            names[at] = b'|' as u16;
        }
        at += 1;
    }
    names
}

/// What a class tells about itself. Nothing here may block or fail: a host asks at any time, on any thread.
/// Numbers come from the host and may be wild; every answer for one out of range is None or false.
pub trait Class: Sync {
    /// How many methods there are.
    fn methods(&self) -> usize;
    /// The method with this name in either language, case ignored.
    fn find_method(&self, name: &[u16]) -> Option<usize>;
    /// The name of a method.
    fn method_name(&self, method: usize, language: Language) -> Option<&'static str>;
    /// How many parameters a method has at the most.
    fn parameters(&self, method: usize) -> Option<usize>;
    /// The value of a parameter that may be left out.
    fn default_value(&self, method: usize, parameter: usize) -> Option<Reply<'static>>;
    /// Whether a method is a function.
    fn returns(&self, method: usize) -> bool;
    /// How many properties there are.
    fn properties(&self) -> usize;
    /// The property with this name in either language, case ignored.
    fn find_property(&self, name: &[u16]) -> Option<usize>;
    /// The name of a property.
    fn property_name(&self, property: usize, language: Language) -> Option<&'static str>;
    /// Whether a property can be read.
    fn readable(&self, property: usize) -> bool;
    /// Whether a property can be written.
    fn writable(&self, property: usize) -> bool;
    /// A new object.
    fn create(&'static self, surroundings: Surroundings) -> Box<dyn Component>;
}

/// One object of a class. The host calls it on any thread, on several at once, and from inside of its own callbacks: the
/// component has a lock and knows a thread that is inside already. It is entered once by a call and not touched afterwards: a
/// thread that waits there may destroy the object. So a failure is shown to the user before the lock is left.
pub trait Component: Send + Sync {
    /// What is known of the host by now. With `renewed` another life begins in place of one that was closed.
    fn introduce(&self, facts: HostFacts, language: Language, renewed: Option<Surroundings>);
    /// Runs a method.
    ///
    /// # Errors
    /// The text that `LastError` holds from now on.
    fn call(&self, method: usize, arguments: &Arguments<'_>, output: Output<'_>) -> Result<(), Failure>;
    /// Reads a property.
    ///
    /// # Errors
    /// As `call`.
    fn get(&self, property: usize, output: Output<'_>) -> Result<(), Failure>;
    /// Writes a property.
    ///
    /// # Errors
    /// As `call`.
    fn set(&self, property: usize, value: Value<'_>) -> Result<(), Failure>;
    /// Lets go of everything, after a call that runs on another thread; the object answers later calls with errors. `last` is
    /// run inside of the lock: who waits there to destroy the object does so when it is left.
    fn close(&self, last: &dyn Fn());
    /// Whether this thread is inside of a call of the object.
    fn is_mine(&self) -> bool;
}

/// A call failed; the text is what the user reads.
#[derive(Debug)]
pub struct Failure(pub Box<str>);
