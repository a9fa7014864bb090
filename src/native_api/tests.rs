//! The ABI played by a host in Rust: small enough for Miri, which sees what no C++ host can.

use super::arguments::Arguments;
use super::component::{Addin, Class, Component, Failure, Registration};
use super::facts::HostFacts;
use super::fake_host::FakeHost;
use super::language::Language;
use super::output::Output;
use super::surroundings::{Audience, Events, NotRaised, Surroundings};
use super::text::Wide;
use super::value::{Reply, Value};
use super::variant::Variant;
use super::vtable::{InitDone, LanguageExtender, Locale, UserLanguage};
use super::{class_names, class_names_length, class_names_pointer, class_object, destroy_object};
use std::alloc::{Layout, alloc, dealloc};
use std::ffi::{c_long, c_ulong, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;

/// Whatever the tests of this file allocate as the host: address and size.
static BLOCKS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

#[repr(C)]
struct Manager {
    table: *const ManagerTable,
    refuse: bool,
}

#[repr(C)]
struct ManagerTable {
    destructors: [usize; if cfg!(windows) { 1 } else { 2 }],
    alloc: unsafe extern "system" fn(*mut Manager, *mut *mut c_void, c_ulong) -> u8,
    free: unsafe extern "system" fn(*mut Manager, *mut *mut c_void),
}

impl Manager {
    /// What the component holds while the test uses the manager too: nothing is written through either.
    fn address(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }
}

static MANAGER_TABLE: ManagerTable =
    ManagerTable { destructors: [0; if cfg!(windows) { 1 } else { 2 }], alloc: host_alloc, free: host_free };

unsafe extern "system" fn host_alloc(manager: *mut Manager, block: *mut *mut c_void, size: c_ulong) -> u8 {
    assert_ne!(size, 0, "never ask the host for 0 bytes");
    // SAFETY: the manager is a test's local; the block pointer is the caller's.
    unsafe {
        if (*manager).refuse {
            return 0;
        }
        let size = usize::try_from(size).unwrap();
        *block = alloc(Layout::from_size_align(size, 8).unwrap()).cast();
        BLOCKS.lock().unwrap().push(((*block).addr(), size));
    }
    1
}

unsafe extern "system" fn host_free(_: *mut Manager, block: *mut *mut c_void) {
    // SAFETY: frees what `host_alloc` gave, with the size that it noted.
    unsafe {
        let mut blocks = BLOCKS.lock().unwrap();
        let index = blocks.iter().position(|(address, _)| *address == (*block).addr()).unwrap();
        let (_, size) = blocks.swap_remove(index);
        dealloc((*block).cast(), Layout::from_size_align(size, 8).unwrap());
        *block = ptr::null_mut();
    }
}

/// Echoes its argument; panics on a Bool; answers twice nothing.
struct Echo(Mutex<Language>);

impl Component for Echo {
    fn introduce(&self, _: HostFacts, language: Language, _: Option<Surroundings>) {
        *self.0.lock().unwrap() = language;
    }
    fn call(&self, _: usize, arguments: &Arguments<'_>, mut output: Output<'_>) -> Result<(), Failure> {
        let reply = match arguments.get(0) {
            Some(Value::Text(units)) => &Reply::Text(&String::from_utf16_lossy(units)),
            Some(Value::Blob(bytes)) => &Reply::Blob(bytes),
            Some(Value::Int(number)) => &Reply::Int(i32::try_from(number).unwrap()),
            Some(Value::Bool(_)) => panic!("on purpose"),
            _ => &Reply::Empty,
        };
        output.put(*reply).map_err(|error| Failure(format!("{error:?}").into()))
    }
    fn get(&self, _: usize, mut output: Output<'_>) -> Result<(), Failure> {
        let is_english = *self.0.lock().unwrap() == Language::English;
        output.put(Reply::Bool(is_english)).map_err(|_| Failure("".into()))
    }
    fn set(&self, _: usize, _: Value<'_>) -> Result<(), Failure> {
        Err(Failure("read only".into()))
    }
    fn close(&self, last: &dyn Fn()) {
        last();
    }
    fn is_mine(&self) -> bool {
        false
    }
}

struct EchoClass;

impl Class for EchoClass {
    fn methods(&self) -> usize {
        1
    }
    fn find_method(&self, name: &[u16]) -> Option<usize> {
        (name == "echo".encode_utf16().collect::<Vec<_>>()).then_some(0)
    }
    fn method_name(&self, method: usize, _: Language) -> Option<&'static str> {
        (method == 0).then_some("echo")
    }
    fn parameters(&self, method: usize) -> Option<usize> {
        (method == 0).then_some(1)
    }
    fn default_value(&self, _: usize, _: usize) -> Option<Reply<'static>> {
        Some(Reply::Text("by default"))
    }
    fn returns(&self, _: usize) -> bool {
        true
    }
    fn properties(&self) -> usize {
        1
    }
    fn find_property(&self, _: &[u16]) -> Option<usize> {
        None
    }
    fn property_name(&self, _: usize, _: Language) -> Option<&'static str> {
        None
    }
    fn readable(&self, _: usize) -> bool {
        true
    }
    fn writable(&self, _: usize) -> bool {
        false
    }
    fn create(&'static self, _: Surroundings) -> Box<dyn Component> {
        Box::new(Echo(Mutex::default()))
    }
}

const REGISTRATIONS: &[Registration] = &[
    Registration { id: "Echo", extension: "A.Echo", class: &EchoClass },
    Registration { id: "Again", extension: "A.Again", class: &EchoClass },
];

struct Library;

impl Addin for Library {
    fn registrations(&self) -> &'static [Registration] {
        REGISTRATIONS
    }

    fn class_names(&self) -> &'static [u16] {
        static NAMES: [u16; class_names_length(REGISTRATIONS)] = class_names(REGISTRATIONS);
        &NAMES
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// An object with its four tables, as a host sees it.
struct Held(*mut c_void);

impl Held {
    fn new(name: &str) -> Self {
        let mut object = ptr::null_mut();
        // SAFETY: plays the host with a text that ends with a NUL and a null pointer to fill.
        assert_eq!(unsafe { class_object(&Library, wide(name).as_ptr(), &raw mut object) }, 1);
        Self(object)
    }

    fn base<T>(&self, number: usize) -> (*mut c_void, &'static T) {
        // SAFETY: the object begins with four table pointers.
        unsafe {
            let this = self.0.byte_add(number * size_of::<usize>());
            (this, *this.cast::<&'static T>())
        }
    }

    fn set_memory(&self, manager: &Manager) {
        let (this, table) = self.base::<InitDone>(0);
        // SAFETY: the host's `this` and a manager that lives to the end of the test.
        assert!(unsafe { (table.set_mem_manager)(this, manager.address()) });
    }

    fn call(&self, argument: Option<Reply<'_>>, manager: &Manager) -> Option<Variant> {
        let (this, table) = self.base::<LanguageExtender>(1);
        let mut result = MaybeUninit::<Variant>::uninit();
        let mut given = MaybeUninit::<Variant>::zeroed();
        // SAFETY: plays the host: one variant in, one out, both of this frame; what the argument allocates is freed below.
        unsafe {
            let memory = super::host::Memory::new(manager.address());
            Variant::write(given.as_mut_ptr(), argument.unwrap_or(Reply::Empty), memory).unwrap();
            let size = c_long::from(argument.is_some());
            let done = (table.call_as_func)(this, 0, result.as_mut_ptr(), given.as_mut_ptr(), size);
            free(given.assume_init());
            done.then(|| result.assume_init())
        }
    }

    fn destroy(mut self) -> c_long {
        // SAFETY: an object of ours, or null.
        unsafe { destroy_object(&raw mut self.0) }
    }
}

/// Frees what a variant owns, as the host does.
fn free(variant: Variant) {
    // SAFETY: reads what this file or the component wrote; string and blob blocks came from `host_alloc`.
    unsafe {
        // An empty one has a block as well.
        if let Value::Text(_) | Value::Blob(_) = variant.read() {
            let mut block: *mut c_void = variant.block();
            host_free(ptr::null_mut(), &raw mut block);
        }
    }
}

fn manager() -> Manager {
    Manager { table: &raw const MANAGER_TABLE, refuse: false }
}

#[test]
fn values_go_through_the_tables_and_back() {
    let manager = manager();
    let echo = Held::new("a.ECHO");
    echo.set_memory(&manager);
    for reply in [Reply::Int(-7), Reply::Text("Ёж"), Reply::Text(""), Reply::Blob(b"\0\x01"), Reply::Blob(b"")] {
        let back = echo.call(Some(reply), &manager).unwrap();
        // SAFETY: the component wrote it, and it is freed only below.
        match (reply, unsafe { back.read() }) {
            (Reply::Int(a), Value::Int(b)) => assert_eq!(i64::from(a), b),
            (Reply::Text(a), Value::Text(b)) => assert_eq!(a.encode_utf16().collect::<Vec<_>>(), b),
            (Reply::Blob(a), Value::Blob(b)) => assert_eq!(a, b),
            (a, b) => panic!("{a:?} came back as {b:?}"),
        }
        free(back);
    }
    assert_eq!(echo.destroy(), 0);
}

#[test]
fn refused_memory_and_panics_are_failures() {
    let manager = manager();
    let echo = Held::new("Echo");
    echo.set_memory(&manager);
    assert!(echo.call(Some(Reply::Bool(true)), &manager).is_none());
    let refusing = Manager { refuse: true, ..manager };
    echo.set_memory(&refusing);
    assert!(echo.call(Some(Reply::Text("x")), &manager).is_none());
    echo.set_memory(&manager);
    free(echo.call(Some(Reply::Text("x")), &manager).unwrap());
    assert_eq!(echo.destroy(), 0);
}

#[test]
fn languages_come_through_the_third_and_fourth_tables() {
    let echo = Held::new("Echo");
    let speaks_english = || {
        let (this, table) = echo.base::<LanguageExtender>(1);
        let mut value = MaybeUninit::<Variant>::uninit();
        // SAFETY: plays the host; a Bool owns nothing.
        unsafe {
            assert!((table.get_prop_val)(this, 0, value.as_mut_ptr()));
            value.assume_init().read() == Value::Bool(true)
        }
    };
    let locale = |text: &str| {
        let (this, table) = echo.base::<Locale>(2);
        // SAFETY: plays the host with a text that ends with a NUL.
        unsafe { (table.set_locale)(this, wide(text).as_ptr()) };
    };
    let interface = |text: &str| {
        let (this, table) = echo.base::<UserLanguage>(3);
        // SAFETY: as above.
        unsafe { (table.set_user_interface_language_code)(this, wide(text).as_ptr()) };
    };
    assert!(!speaks_english());
    locale("en_US");
    assert!(speaks_english());
    locale("de_DE");
    assert!(speaks_english(), "of two languages a German knows the other better");
    locale("ru_RU");
    assert!(!speaks_english());
    interface("EN");
    assert!(speaks_english(), "the language of the interface goes before the locale");
    locale("rus_RUS");
    assert!(speaks_english(), "whichever comes last");
    interface("");
    assert!(!speaks_english(), "no language is no choice, the locale holds");
    locale("");
    assert!(!speaks_english(), "nobody says which");
    interface("kk");
    assert!(speaks_english());
    assert_eq!(echo.destroy(), 0);
}

#[test]
fn names_and_defaults_are_the_hosts_to_free() {
    let manager = manager();
    let echo = Held::new("Echo");
    let (this, table) = echo.base::<LanguageExtender>(1);
    let mut value = MaybeUninit::<Variant>::uninit();
    // SAFETY: plays the host.
    unsafe {
        assert!((table.get_method_name)(this, 0, 0).is_null(), "no memory manager yet");
        echo.set_memory(&manager);
        let mut name: *mut c_void = (table.get_method_name)(this, 0, 1).cast_mut().cast();
        assert!(!name.is_null());
        host_free(ptr::null_mut(), &raw mut name);
        assert!((table.get_method_name)(this, 0, 2).is_null(), "no third language");
        assert!((table.get_method_name)(this, -1, 0).is_null());
        assert!((table.get_param_def_value)(this, 0, 0, value.as_mut_ptr()));
        free(value.assume_init());
        assert_eq!((table.find_method)(this, wide("echo").as_ptr()), 0);
        assert_eq!((table.find_method)(this, wide("other").as_ptr()), -1);
        assert_eq!((table.find_method)(this, ptr::null()), -1);
        assert_eq!((table.get_n_methods)(ptr::null_mut()), 0);
    }
    assert_eq!(echo.destroy(), 0);
}

#[test]
fn events_reach_the_host_until_done_takes_it_back() {
    let raise = |events: &Events, event, data| {
        let [source, event, data] = ["ZeroMQ", event, data].map(|text| Wide::of(text).unwrap());
        events.raise(&source, &event, &data)
    };
    let (tell, told) = std::sync::mpsc::channel();
    let mut answers = [true, false].into_iter();
    let host = FakeHost::new(move |texts| {
        tell.send(texts.join("|")).unwrap();
        answers.next().unwrap()
    });
    let events = Events::default();
    assert_eq!(raise(&events, "early", ""), Err(NotRaised::NoHost));
    assert_eq!(events.prepare(100), Audience::NoHost);
    host.meet(&events);
    let elsewhere = events.clone();
    let raised = std::thread::spawn(move || raise(&elsewhere, "Пришло", "данные")).join().unwrap();
    assert_eq!(raised, Ok(()));
    assert!(FakeHost::leave(&events));
    assert_eq!(raise(&events, "late", ""), Err(NotRaised::NoHost));
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["ZeroMQ|Пришло|данные"]);
    host.meet(&events);
    assert_eq!(raise(&events, "full", ""), Err(NotRaised::Refused));
}

#[test]
fn the_queue_of_the_host_is_made_deeper_and_never_less_deep() {
    let (host, events) = (FakeHost::new(|_| true), Events::default());
    host.meet(&events);
    for (wanted, depth) in [(100, 100), (50, 100), (101, 101)] {
        assert_eq!(events.prepare(wanted), Audience::Unknown, "it does not tell what it is");
        assert_eq!(host.depth(), depth);
    }
}

/// An event that the host takes no sooner than Done has returned: Done returns all the same.
#[test]
fn done_does_not_wait_for_an_event_that_waits_for_it() {
    let link = std::sync::Arc::new(crate::handle::Link::<u8>::default());
    link.establish(Some(1));
    let (inside, entered) = std::sync::mpsc::channel();
    let (done, over) = std::sync::mpsc::channel();
    let event = {
        let link = link.clone();
        std::thread::spawn(move || {
            link.with(|_| {
                inside.send(()).unwrap();
                over.recv().unwrap();
            })
        })
    };
    entered.recv().unwrap();
    assert!(!link.revoke(std::time::Duration::from_millis(50)), "somebody is inside");
    assert_eq!(link.with(|_| ()), None, "the link leads nowhere from the beginning");
    done.send(()).unwrap();
    assert_eq!(event.join().unwrap(), Some(()));
    assert!(link.revoke(std::time::Duration::ZERO));
}

#[test]
fn an_object_is_destroyed_once() {
    let held = Held::new("Echo");
    let again = Held(held.0);
    assert_eq!(held.destroy(), 0);
    assert_eq!(again.destroy(), -1);
    assert_eq!(Held(ptr::null_mut()).destroy(), -1);
    let mut stranger = 0_u64;
    assert_eq!(Held((&raw mut stranger).cast()).destroy(), -1);
}

#[test]
fn the_list_of_classes_ends_with_a_nul() {
    let names = class_names_pointer(&Library);
    // SAFETY: static, and ends with a NUL.
    assert_eq!(unsafe { std::slice::from_raw_parts(names, 11) }, wide("Echo|Again"));
}
