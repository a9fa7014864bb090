//! The component's file: loading, its five exports, its classes.

use crate::endpoints::Endpoints;
use crate::ffi::{self, Com};
use crate::host::{Host, Settings};
use crate::object::Farewell;
use crate::wide::{self, wide};
use std::ffi::{c_int, c_long};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Names the library to test; without it the workspace's own is built and taken.
/// The classes of sockets, as the seed's scripts call them.
pub const SOCKET_CLASSES: [&str; 12] = [
    "ZeroMQ.Req",
    "ZeroMQ.Rep",
    "ZeroMQ.Pub",
    "ZeroMQ.Sub",
    "ZeroMQ.Push",
    "ZeroMQ.Pull",
    "ZeroMQ.Dealer",
    "ZeroMQ.Router",
    "ZeroMQ.Pair",
    "ZeroMQ.XPub",
    "ZeroMQ.XSub",
    "ZeroMQ.Stream",
];

pub const LIBRARY_VARIABLE: &str = "ADDIN_ZEROMQ_LIBRARY";

/// What SetPlatformCapabilities is told by a platform that knows all that is used here.
const PLATFORM_LEVEL: i32 = 3;

/// The five entry points.
#[derive(Clone, Copy)]
struct Exports {
    class_names: unsafe extern "C" fn() -> *const u16,
    class_object: unsafe extern "C" fn(*const u16, *mut *mut Com) -> c_long,
    destroy_object: unsafe extern "C" fn(*mut *mut Com) -> c_long,
    set_capabilities: unsafe extern "C" fn(c_int) -> c_int,
    attach_type: unsafe extern "C" fn() -> c_int,
}

/// An error with its causes: the loader's own words are among them.
fn whole(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |e| e.source()).fold(error.to_string(), |all, e| format!("{all}: {e}"))
}

/// A loaded component.
pub struct Library {
    exports: Exports,
    file: PathBuf,
    /// (id in GetClassNames, name that its RegisterExtensionAs gives), found at first use.
    classes: OnceLock<Vec<(String, String)>>,
    /// Kept last: unloading comes after everything else. None for the built-in fake.
    handle: Mutex<Option<libloading::Library>>,
}

impl Library {
    /// Loads a file with its symbols bound at once and kept to itself, and tells it the level of today's
    /// platform, as 1C does.
    pub fn load(file: &Path) -> Result<Arc<Self>, String> {
        let library = Self::load_silently(file)?;
        library.set_platform_capabilities(PLATFORM_LEVEL);
        Ok(library)
    }

    /// `load` by a host that never calls SetPlatformCapabilities.
    pub fn load_silently(file: &Path) -> Result<Arc<Self>, String> {
        let problem = |e: libloading::Error| format!("{}: {}", file.display(), whole(&e));
        // SAFETY: loading runs the file's initialisers; the file is the component under test, whose
        // exports have the types that the Native API gives them.
        unsafe {
            #[cfg(unix)]
            let handle: libloading::Library = {
                use libloading::os::unix as os;
                os::Library::open(Some(file), os::RTLD_NOW | os::RTLD_LOCAL).map_err(problem)?.into()
            };
            #[cfg(not(unix))]
            let handle = libloading::Library::new(file).map_err(problem)?;
            let exports = Exports {
                class_names: *handle.get(b"GetClassNames\0").map_err(problem)?,
                class_object: *handle.get(b"GetClassObject\0").map_err(problem)?,
                destroy_object: *handle.get(b"DestroyObject\0").map_err(problem)?,
                set_capabilities: *handle.get(b"SetPlatformCapabilities\0").map_err(problem)?,
                attach_type: *handle.get(b"GetAttachType\0").map_err(problem)?,
            };
            Ok(Arc::new(Self {
                exports,
                file: file.into(),
                classes: OnceLock::new(),
                handle: Mutex::new(Some(handle)),
            }))
        }
    }

    /// The library under test, loaded anew: for tests that unload it.
    #[must_use]
    #[track_caller]
    pub fn loaded() -> Arc<Self> {
        Self::load(&crate::built::library_file()).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Another copy of the file under test, loaded, as every attach from temporary storage makes one.
    #[must_use]
    #[track_caller]
    pub fn copied(place: &Endpoints, name: &str) -> Arc<Self> {
        let file = place.folder().join(name);
        std::fs::copy(crate::built::library_file(), &file).expect("a copy of the library");
        Self::load(&file).unwrap_or_else(|e| panic!("{e}"))
    }

    /// The library under test, loaded once per process.
    #[must_use]
    pub fn built() -> Arc<Self> {
        static BUILT: Mutex<Option<Arc<Library>>> = Mutex::new(None);
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        if built.is_none() {
            let file = crate::built::library_file();
            *built = Some(Self::load(&file).unwrap_or_else(|e| panic!("cannot load {e}")));
        }
        built.clone().expect("just loaded")
    }

    /// The host's own faulty component (`cpp/fake.cpp`).
    #[must_use]
    pub fn fake() -> Arc<Self> {
        Arc::new(Self {
            exports: Exports {
                class_names: ffi::host_fake_class_names,
                class_object: ffi::host_fake_class_object,
                destroy_object: ffi::host_fake_destroy_object,
                set_capabilities: ffi::host_fake_set_capabilities,
                attach_type: ffi::host_fake_attach_type,
            },
            file: PathBuf::new(),
            classes: OnceLock::new(),
            handle: Mutex::new(None),
        })
    }

    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Gives the file back to the system, whoever still uses it: objects made before may be called after
    /// this only when the component pins itself.
    pub fn unload(&self) -> Result<(), String> {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        handle.map_or(Ok(()), |handle| handle.close().map_err(|e| e.to_string()))
    }

    /// The ids that GetClassNames lists.
    #[must_use]
    pub fn class_names(&self) -> Vec<String> {
        // SAFETY: GetClassNames gives a static NUL-terminated string or null.
        let all = unsafe { wide::read((self.exports.class_names)()) };
        all.expect("GetClassNames gave null").split('|').map(str::to_owned).collect()
    }

    /// (id, extension name) of each class, as a host learns them at attaching.
    pub fn classes(self: &Arc<Self>) -> &[(String, String)] {
        self.classes.get_or_init(|| {
            let host = Host::with(self, Settings { introduces: false, ..Settings::default() });
            let registered = |id: String| {
                let object = host.create_by_id(&id).unwrap_or_else(|| panic!("GetClassObject gave no object for {id}"));
                let name = object
                    .slots()
                    .register_extension_as()
                    .unwrap_or_else(|| panic!("{id}: RegisterExtensionAs failed"));
                object.part(Farewell::DoneAndDestroy);
                (id, name)
            };
            let classes = self.class_names().into_iter().map(registered).collect();
            // The host holds the library; it must not be what keeps it loaded.
            drop(host);
            classes
        })
    }

    #[must_use]
    pub fn id_of(self: &Arc<Self>, name: &str) -> Option<String> {
        let found = self.classes().iter().find(|(_, registered)| registered == name);
        found.map(|(id, _)| id.clone())
    }

    pub(crate) fn class_object(&self, id: &str) -> Option<*mut Com> {
        let mut out = std::ptr::null_mut();
        let code = self.class_object_raw(Some(&wide(id)), Some(&mut out));
        (code != 0 && !out.is_null()).then_some(out)
    }

    /// GetClassObject as it is: a NUL-terminated name or null, an out-pointer or null.
    pub fn class_object_raw(&self, name: Option<&[u16]>, out: Option<&mut *mut Com>) -> i64 {
        assert!(name.is_none_or(|n| n.last() == Some(&0)), "a name ends with NUL");
        let name = name.map_or(std::ptr::null(), <[u16]>::as_ptr);
        let out = out.map_or(std::ptr::null_mut(), std::ptr::from_mut);
        // SAFETY: both are null or valid, as the Native API asks.
        #[allow(clippy::useless_conversion)] // long is 32 bits wide on Windows
        i64::from(unsafe { (self.exports.class_object)(name, out) })
    }

    pub fn destroy_object_raw(&self, object: Option<&mut *mut Com>) -> i64 {
        let object = object.map_or(std::ptr::null_mut(), std::ptr::from_mut);
        // SAFETY: null, or a pointer to null or to an object that nobody uses after this.
        #[allow(clippy::useless_conversion)] // as above
        i64::from(unsafe { (self.exports.destroy_object)(object) })
    }

    pub fn set_platform_capabilities(&self, level: i32) -> i32 {
        // SAFETY: takes and gives a number.
        unsafe { (self.exports.set_capabilities)(level) }
    }

    #[must_use]
    pub fn attach_type(&self) -> i32 {
        // SAFETY: gives a number.
        unsafe { (self.exports.attach_type)() }
    }
}
