//! One session of a host: its settings, its memory, the interfaces it offers, and what it was told.

use crate::args;
use crate::events::Events;
use crate::ffi::{self, HostCalls};
use crate::library::Library;
use crate::memory::Memory;
use crate::object::Object;
use crate::wide;
use std::ffi::{CStr, c_char, c_int, c_long, c_ulong, c_ushort, c_void};
use std::sync::{Arc, Mutex, PoisonError};

/// Which application the host says it is (`IPlatformInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    Unknown = -1,
    ThinClient = 0,
    ThickClient = 1,
    WebClient = 2,
    Server = 3,
    ExternalConnection = 4,
    MobileClient = 5,
    MobileServer = 6,
}

/// What `IAddInDefBaseEx::GetInterface` is in this host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interfaces {
    Given,
    /// It answers null to everything.
    Null,
    /// The slot itself is empty, as in OneScript.
    NoSlot,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub app: App,
    /// OneScript gives the memory manager before Init.
    pub memory_first: bool,
    /// What SetLocale is called with, if at all ("ru_RU").
    pub locale: Option<String>,
    /// What SetUserInterfaceLanguageCode is called with, if at all ("ru").
    pub ui_language: Option<String>,
    pub isolated: bool,
    pub interfaces: Interfaces,
    /// Whether objects are asked RegisterExtensionAs and GetInfo before their first call.
    pub introduces: bool,
    /// Whether the end of the session asserts that nothing was leaked or misused.
    pub strict: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            app: App::Server,
            memory_first: false,
            locale: None,
            ui_language: None,
            isolated: false,
            interfaces: Interfaces::Given,
            introduces: true,
            strict: true,
        }
    }
}

/// One AddError call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub code: u16,
    pub source: String,
    pub text: String,
    pub scode: i64,
}

pub(crate) struct Shared {
    pub memory: Memory,
    settings: Settings,
    complaints: Mutex<Vec<Complaint>>,
    events: Events,
    other: Mutex<Vec<String>>,
}

struct Inner {
    shared: Arc<Shared>,
    library: Arc<Library>,
    side: Vec<u64>,
    _calls: Box<HostCalls>,
}

// SAFETY: the C++ half holds no state beyond pointers to `Shared`, which is Sync; `user` points there.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

/// A host session; clones share it.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

impl Host {
    #[must_use]
    pub fn new(library: &Arc<Library>) -> Self {
        Self::with(library, Settings::default())
    }

    #[must_use]
    pub fn with(library: &Arc<Library>, settings: Settings) -> Self {
        let shared = Arc::new(Shared {
            memory: Memory::default(),
            complaints: Mutex::default(),
            events: Events::default(),
            other: Mutex::default(),
            settings,
        });
        let calls = Box::new(HostCalls {
            user: Arc::as_ptr(&shared).cast_mut().cast(),
            alloc,
            release,
            add_error,
            external_event,
            event_depth,
            other,
            has_interface,
            app_type,
            attached,
        });
        // SAFETY: `side` is as large as the C++ half asks, aligned to 8, and lives as long as `Inner`.
        let side = unsafe {
            let mut side = vec![0u64; ffi::host_side_size().div_ceil(8)];
            ffi::host_side_make(side.as_mut_ptr().cast(), &raw const *calls);
            if shared.settings.interfaces == Interfaces::NoSlot {
                ffi::host_side_without_get_interface(side.as_mut_ptr().cast());
            }
            side
        };
        Self(Arc::new(Inner { shared, library: library.clone(), side, _calls: calls }))
    }

    /// The library built from this workspace, loaded once per process, with default settings.
    #[must_use]
    pub fn built() -> Self {
        Self::new(&Library::built())
    }

    #[must_use]
    pub fn built_with(settings: Settings) -> Self {
        Self::with(&Library::built(), settings)
    }

    #[must_use]
    pub fn library(&self) -> &Arc<Library> {
        &self.0.library
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.shared.settings
    }

    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.0.shared.memory
    }

    /// `Новый("AddIn.<any>.<name>")`: made, introduced, ready for calls. Panics when there is no such class.
    #[must_use]
    #[track_caller]
    pub fn create(&self, name: &str) -> Object {
        let Some(id) = self.library().id_of(name) else {
            panic!("no class registers itself as {name}");
        };
        self.create_by_id(&id).unwrap_or_else(|| panic!("GetClassObject gave no object for {id}"))
    }

    /// A new object of the class, bound to the endpoint.
    #[must_use]
    #[track_caller]
    pub fn bound(&self, class: &str, endpoint: &str) -> Object {
        let object = self.create(class);
        object.must("Bind", args![endpoint]);
        object
    }

    /// A new object of the class, connected to where the other was bound last.
    #[must_use]
    #[track_caller]
    pub fn connected(&self, class: &str, to: &Object) -> Object {
        let object = self.create(class);
        object.must("Connect", args![to.text_of("LastEndpoint")]);
        object
    }

    #[must_use]
    pub fn create_by_id(&self, id: &str) -> Option<Object> {
        let object = self.raw_object(id)?;
        object.introduce();
        Some(object)
    }

    /// An object that nobody has called Init or setMemManager on yet.
    #[must_use]
    pub fn raw_object(&self, id: &str) -> Option<Object> {
        let com = self.library().class_object(id)?;
        Some(Object::new(self.clone(), id, com))
    }

    /// AddError calls since the last look.
    #[must_use]
    pub fn complaints(&self) -> Vec<Complaint> {
        std::mem::take(&mut lock(&self.0.shared.complaints))
    }

    /// External events since the last look: source, message, data.
    #[must_use]
    pub fn events(&self) -> Vec<[String; 3]> {
        self.0.shared.events.take_all()
    }

    /// The queue of external events.
    #[must_use]
    pub fn event_queue(&self) -> &Events {
        &self.0.shared.events
    }

    /// Names of all other calls of the connection since the last look.
    #[must_use]
    pub fn other_calls(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0.shared.other))
    }

    /// Asserts that nothing that the component allocated here is left and that it misused nothing.
    #[track_caller]
    pub fn assert_clean(&self) {
        let memory = self.memory();
        assert_eq!(memory.live(), 0, "blocks of the host's memory were leaked");
        let misuse = memory.counts().misuse();
        assert!(misuse.is_empty(), "the host's memory was misused: {misuse}");
    }

    pub(crate) fn connection_pointer(&self) -> *mut c_void {
        // SAFETY: `side` was made by host_side_make.
        unsafe { ffi::host_side_connection(self.0.side.as_ptr().cast_mut().cast()) }
    }

    pub(crate) fn memory_pointer(&self) -> *mut c_void {
        // SAFETY: as above.
        unsafe { ffi::host_side_memory(self.0.side.as_ptr().cast_mut().cast()) }
    }

    /// An object is never destroyed: what it knows of its host outlives everything, in reach of leak detectors.
    pub(crate) fn abandon(&self) {
        static ABANDONED: Mutex<Vec<Host>> = Mutex::new(Vec::new());
        lock(&ABANDONED).push(self.clone());
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !self.shared.settings.strict || std::thread::panicking() {
            return;
        }
        let memory = &self.shared.memory;
        assert_eq!(memory.live(), 0, "blocks of the host's memory were leaked");
        let misuse = memory.counts().misuse();
        assert!(misuse.is_empty(), "the host's memory was misused: {misuse}");
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
/// `user` is the pointer put into HostCalls, and the host is alive: its objects hold it.
unsafe fn shared<'a>(user: *mut c_void) -> &'a Shared {
    // SAFETY: by the caller.
    unsafe { &*user.cast::<Shared>() }
}

unsafe extern "C" fn alloc(user: *mut c_void, out: *mut *mut c_void, bytes: c_ulong) -> bool {
    // SAFETY: `user` is ours; a null `out` is the component's fault and answered as a refusal.
    unsafe {
        if out.is_null() {
            return false;
        }
        #[allow(clippy::useless_conversion)] // unsigned long is 32 bits wide on Windows
        let bytes = usize::try_from(bytes).expect("a size");
        let at = shared(user).memory.alloc(bytes);
        *out = at.cast();
        !at.is_null()
    }
}

unsafe extern "C" fn release(user: *mut c_void, at: *mut *mut c_void) {
    // SAFETY: `user` is ours; a null pointer to a pointer frees nothing.
    unsafe {
        if !at.is_null() {
            shared(user).memory.free((*at).cast());
            *at = std::ptr::null_mut();
        }
    }
}

unsafe extern "C" fn add_error(
    user: *mut c_void,
    code: c_ushort,
    source: *const u16,
    text: *const u16,
    scode: c_long,
) -> bool {
    // SAFETY: AddError takes NUL-terminated strings; `user` is ours.
    let (host, source, text) = unsafe { (shared(user), wide::read(source), wide::read(text)) };
    lock(&host.complaints).push(Complaint {
        code,
        source: source.unwrap_or_default(),
        text: text.unwrap_or_default(),
        #[allow(clippy::useless_conversion)] // long is 32 bits wide on Windows
        scode: i64::from(scode),
    });
    true
}

unsafe extern "C" fn external_event(
    user: *mut c_void,
    source: *const u16,
    message: *const u16,
    data: *const u16,
) -> bool {
    // SAFETY: ExternalEvent takes NUL-terminated strings; `user` is ours.
    let (host, texts) = unsafe {
        let texts = [source, message, data].map(|s| wide::read(s).unwrap_or_default());
        (shared(user), texts)
    };
    host.events.take_in(texts)
}

unsafe extern "C" fn event_depth(user: *mut c_void, depth: c_long) -> c_long {
    // SAFETY: `user` is ours.
    unsafe { shared(user) }.events.depth(depth)
}

unsafe extern "C" fn other(user: *mut c_void, what: *const c_char, _text: *const u16) -> bool {
    // SAFETY: `what` is a literal of the C++ half; `user` is ours.
    let (host, what) = unsafe { (shared(user), CStr::from_ptr(what)) };
    lock(&host.other).push(what.to_string_lossy().into_owned());
    true
}

unsafe extern "C" fn has_interface(user: *mut c_void, _which: c_int) -> c_int {
    // SAFETY: `user` is ours.
    let host = unsafe { shared(user) };
    c_int::from(host.settings.interfaces != Interfaces::Null)
}

unsafe extern "C" fn app_type(user: *mut c_void) -> c_int {
    // SAFETY: `user` is ours.
    unsafe { shared(user).settings.app as c_int }
}

unsafe extern "C" fn attached(user: *mut c_void) -> c_int {
    // SAFETY: `user` is ours.
    c_int::from(unsafe { !shared(user).settings.isolated })
}
