//! The host's interfaces, called through its vtables. Every slot may be null, every pointer absent.

use super::facts::HostFacts;
use super::text::Wide;
use super::value::OutOfMemory;
use std::ffi::{c_int, c_long, c_ulong, c_void};
use std::ptr::{self, NonNull};

/// `ADDIN_E_FAIL`: the icon of an error in a client's message window.
const ADDIN_E_FAIL: u16 = 1006;

/// One slot of an object's vtable, None where there is no table. Only that slot is read: an older host's table ends
/// early, and a slot of its may hold anything, so no reference to a whole table is ever made.
///
/// Unsafe: the object is alive, its first word is null or its vtable, which reaches as far as the slot.
macro_rules! slot {
    ($object:expr, $name:ident) => {{
        let table = (*$object).vtable;
        if table.is_null() { None } else { (*table).$name }
    }};
}

/// The slots of a destructor that is the host's own business: one by MSVC's rules, two by Itanium's.
type NotOurs = [*const c_void; if cfg!(windows) { 1 } else { 2 }];

#[repr(C)]
pub(super) struct MemoryManager {
    vtable: *const MemoryTable,
}

#[repr(C)]
struct MemoryTable {
    destructors: NotOurs,
    alloc: Option<unsafe extern "system" fn(*mut MemoryManager, *mut *mut c_void, c_ulong) -> u8>,
    free: Option<unsafe extern "system" fn(*mut MemoryManager, *mut *mut c_void)>,
}

/// The host's allocator: what it keeps must come from here. We never free: whatever we allocate we hand over.
#[derive(Clone, Copy)]
pub(super) struct Memory(NonNull<MemoryManager>);

impl Memory {
    /// # Safety
    /// A pointer that is not null is to an IMemoryManager that lives until Done.
    pub(super) unsafe fn new(manager: *mut c_void) -> Option<Self> {
        NonNull::new(manager.cast()).map(Self)
    }

    /// `bytes` of the host's memory, never 0 of them.
    fn alloc(self, bytes: usize) -> Result<NonNull<c_void>, OutOfMemory> {
        let refused = OutOfMemory { bytes };
        let Ok(wanted) = c_ulong::try_from(bytes.max(1)) else {
            return Err(refused);
        };
        let manager = self.0.as_ptr();
        // SAFETY: `new` was promised a live manager.
        let Some(alloc) = (unsafe { slot!(manager, alloc) }) else {
            return Err(refused);
        };
        let mut block = ptr::null_mut();
        // SAFETY: the host's own function with the host's own object; `block` may be written.
        let done = unsafe { alloc(manager, &raw mut block, wanted) };
        match NonNull::new(block) {
            Some(block) if done != 0 => Ok(block),
            _ => Err(refused),
        }
    }

    /// A string for the host: pointer and count of units. A NUL follows, not counted.
    #[inline]
    pub(super) fn text(memory: Option<Self>, text: &str) -> Result<(*mut u16, u32), OutOfMemory> {
        if !text.is_empty() {
            return Self::some_text(memory, text);
        }
        // What LastError mostly is.
        let bytes = size_of::<u16>();
        let block = memory.ok_or(OutOfMemory { bytes })?.alloc(bytes)?.cast::<u16>();
        // SAFETY: so many bytes were allocated.
        unsafe { block.write_unaligned(0) };
        Ok((block.as_ptr(), 0))
    }

    #[inline(never)]
    fn some_text(memory: Option<Self>, text: &str) -> Result<(*mut u16, u32), OutOfMemory> {
        let units = text.encode_utf16().count();
        let bytes = (units + 1).saturating_mul(2);
        let refused = || OutOfMemory { bytes };
        let count = u32::try_from(units).map_err(|_| refused())?;
        let block = memory.ok_or_else(refused)?.alloc(bytes)?.cast::<u16>();
        for (index, unit) in text.encode_utf16().chain([0]).enumerate() {
            // SAFETY: units + 1 items were allocated, and the iterator gives as many.
            unsafe { block.add(index).write_unaligned(unit) };
        }
        Ok((block.as_ptr(), count))
    }

    /// A blob for the host. An empty one has a pointer all the same: some hosts take null for a failure.
    pub(super) fn blob(memory: Option<Self>, bytes: &[u8]) -> Result<(*mut u8, u32), OutOfMemory> {
        let refused = || OutOfMemory { bytes: bytes.len() };
        let count = u32::try_from(bytes.len()).map_err(|_| refused())?;
        let block = memory.ok_or_else(refused)?.alloc(bytes.len())?.cast::<u8>();
        // SAFETY: as many bytes were allocated, just now, so they overlap nothing of ours.
        unsafe { block.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        Ok((block.as_ptr(), count))
    }
}

#[repr(C)]
pub(super) struct AddInDefBase {
    vtable: *const AddInDefTable,
}

/// `IAddInDefBaseEx`. The last slot is there only for a host that told its capabilities.
#[repr(C)]
struct AddInDefTable {
    destructors: NotOurs,
    add_error: Option<unsafe extern "system" fn(*mut AddInDefBase, u16, *const u16, *const u16, c_long) -> u8>,
    read: Option<unsafe extern "system" fn()>,
    write: Option<unsafe extern "system" fn()>,
    register_profile_as: Option<unsafe extern "system" fn()>,
    set_event_buffer_depth: Option<unsafe extern "system" fn(*mut AddInDefBase, c_long) -> u8>,
    get_event_buffer_depth: Option<unsafe extern "system" fn(*mut AddInDefBase) -> c_long>,
    external_event: Option<unsafe extern "system" fn(*mut AddInDefBase, *const u16, *const u16, *const u16) -> u8>,
    clean_event_buffer: Option<unsafe extern "system" fn()>,
    set_status_line: Option<unsafe extern "system" fn()>,
    reset_status_line: Option<unsafe extern "system" fn()>,
    get_interface: Option<unsafe extern "system" fn(*mut AddInDefBase, c_int) -> *mut Interface>,
}

/// IPlatformInfo and IAttachedInfo: one method, no destructor slot.
#[repr(C)]
struct Interface {
    vtable: *const InterfaceTable,
}

#[repr(C)]
struct InterfaceTable {
    get: Option<unsafe extern "system" fn(*mut Interface) -> *const AppInfo>,
}

#[repr(C)]
struct AppInfo {
    version: *const u16,
    user_agent: *const u16,
    application: c_int,
}

/// IAttachedInfo's method gives a number in place of a pointer.
type GetAttached = unsafe extern "system" fn(*mut Interface) -> c_int;

/// The host itself, from Init to Done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection(NonNull<AddInDefBase>);

// SAFETY: the host's functions may be called on any thread: it calls objects on any itself, and takes errors and events from
// wherever they happen. That none is called after Done is the `Link`'s work, which every use goes through.
unsafe impl Send for Connection {}

impl Connection {
    /// # Safety
    /// A pointer that is not null is to an IAddInDefBase that lives until Done.
    pub(super) unsafe fn new(host: *mut c_void) -> Option<Self> {
        NonNull::new(host.cast()).map(Self)
    }

    /// Shows an error in a client's message window.
    pub(super) fn add_error(self, source: &str, text: &str) {
        let host = self.0.as_ptr();
        // SAFETY: `new` was promised a live host.
        if let Some(add_error) = unsafe { slot!(host, add_error) } {
            let source: Vec<u16> = source.encode_utf16().chain([0]).collect();
            let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
            // SAFETY: the host's own function and object; both texts end with a NUL and are copied before it returns.
            unsafe { add_error(host, ADDIN_E_FAIL, source.as_ptr(), text.as_ptr(), 1) };
        }
    }

    /// Puts an event into the host's queue; false where it takes none. The host copies the texts before it returns.
    pub(super) fn external_event(self, source: &Wide, event: &Wide, data: &Wide) -> bool {
        let host = self.0.as_ptr();
        // SAFETY: `new` was promised a live host.
        let Some(external_event) = (unsafe { slot!(host, external_event) }) else {
            return false;
        };
        // SAFETY: the host's own function and object; the texts end with a NUL and stay until it returns. It takes them by
        // pointers that it may write through by its signature and does not.
        unsafe { external_event(host, source.as_ptr(), event.as_ptr(), data.as_ptr()) != 0 }
    }

    /// Whether the host has a queue of events at all.
    pub(super) fn takes_events(self) -> bool {
        let host = self.0.as_ptr();
        // SAFETY: `new` was promised a live host.
        unsafe { slot!(host, external_event) }.is_some()
    }

    /// Makes the host's queue so deep, unless it is deeper. Only from within a call of the host's.
    pub(super) fn deepen_events(self, depth: c_long) {
        let host = self.0.as_ptr();
        // SAFETY: `new` was promised a live host.
        let (get, set) = unsafe { (slot!(host, get_event_buffer_depth), slot!(host, set_event_buffer_depth)) };
        // SAFETY: the host's own function and object.
        let deep = get.is_some_and(|get| unsafe { get(host) } >= depth);
        if let (false, Some(set)) = (deep, set) {
            // SAFETY: as above. One that refuses has room for fewer, and is asked again sooner.
            unsafe { set(host, depth) };
        }
    }

    /// Who the host is. Only for a host that told its capabilities: an older vtable ends before GetInterface.
    pub(super) fn facts(self) -> HostFacts {
        const PLATFORM_INFO: c_int = 1;
        const ATTACHED_INFO: c_int = 2;
        const THIN: c_int = 0;
        const THICK: c_int = 1;
        const WEB: c_int = 2;
        const SERVER: c_int = 3;
        const EXTERNAL_CONNECTION: c_int = 4;
        const MOBILE: c_int = 5;
        const MOBILE_SERVER: c_int = 6;

        let application = self.interface(PLATFORM_INFO).and_then(|(interface, get)| {
            // SAFETY: IPlatformInfo's own method; it gives a record of the host's, or null.
            unsafe { get(interface).as_ref() }.map(|info| info.application)
        });
        let attached = self.interface(ATTACHED_INFO).map(|(interface, get)| {
            // SAFETY: the slot of IAttachedInfo holds a function of this type; only the result type differs.
            let get: GetAttached = unsafe { std::mem::transmute(get) };
            // SAFETY: the host's own function and object.
            unsafe { get(interface) }
        });
        HostFacts {
            client: matches!(application, Some(THIN | THICK | WEB | MOBILE)),
            server: matches!(application, Some(SERVER | EXTERNAL_CONNECTION | MOBILE_SERVER)),
            isolated: match attached {
                Some(0) => Some(true),
                Some(1) => Some(false),
                _ => None,
            },
        }
    }

    fn interface(
        self,
        which: c_int,
    ) -> Option<(*mut Interface, unsafe extern "system" fn(*mut Interface) -> *const AppInfo)> {
        let host = self.0.as_ptr();
        // SAFETY: `new` was promised a live host; `facts` is asked only where the table reaches so far.
        let get_interface = unsafe { slot!(host, get_interface) }?;
        // SAFETY: the host's own function and object.
        let interface = unsafe { get_interface(host, which) };
        if interface.is_null() {
            return None;
        }
        // The result type is an empty base class, which MSVC places behind the pointer to the table, Itanium upon it.
        #[cfg(windows)]
        // SAFETY: the table pointer of the same object; add-ins in other languages step back likewise.
        let interface = unsafe { interface.byte_sub(size_of::<usize>()) };
        // SAFETY: not null, so an interface of the host's.
        let get = unsafe { slot!(interface, get) }?;
        Some((interface, get))
    }
}
