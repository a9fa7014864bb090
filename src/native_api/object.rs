//! One object as the host holds it, and the one gate through which every call of the host's comes.

use super::component::{Addin, Cancel, Component, HostFacts, OutOfMemory, Output, Registration};
use super::host::{Connection, Memory};
use super::language::Language;
use super::value::Reply;
use super::variant::Variant;
use super::vtable::{Base, Bases, This};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the host's pointer leads to: the four table pointers, then what is ours.
#[repr(C)]
pub(super) struct Object {
    bases: Bases,
    pub registration: &'static Registration,
    cancel: Cancel,
    owner: AtomicUsize,
    /// Outside of the lock: names are asked for while a call waits.
    memory: AtomicPtr<c_void>,
    state: Mutex<State>,
}

/// What a call may change; one call at a time.
pub(super) struct State {
    pub component: Box<dyn Component>,
    pub host: Option<Connection>,
    pub facts: HostFacts,
    pub locale: Option<Language>,
    pub interface_language: Option<Language>,
    pub done: bool,
}

/// Addresses of the objects that live: what DestroyObject and `delete` may take.
static LIVE: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

impl Object {
    /// A new object of the class whose name `is` the wanted one; null where there is none.
    pub(super) fn create(bases: Bases, addin: &dyn Addin, is: impl Fn(&str) -> bool) -> *mut c_void {
        let Some(registration) =
            addin.registrations().iter().find(|registration| is(registration.id) || is(registration.extension))
        else {
            return std::ptr::null_mut();
        };
        let cancel = Cancel::default();
        let component = registration.class.create(cancel.clone());
        let object = Box::into_raw(Box::new(Self {
            bases,
            registration,
            cancel,
            owner: AtomicUsize::new(0),
            memory: AtomicPtr::default(),
            state: Mutex::new(State {
                component,
                host: None,
                facts: HostFacts::default(),
                locale: None,
                interface_language: None,
                done: false,
            }),
        }));
        live().insert(object.addr());
        object.cast()
    }

    /// Runs `f` alone on the object; None when this thread is inside a call of the same object already.
    pub(super) fn exclusive<R>(&self, f: impl FnOnce(&mut State) -> R) -> Option<R> {
        if self.is_mine() {
            return None;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.owner.store(this_thread(), Ordering::Relaxed);
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut state)));
        self.owner.store(0, Ordering::Relaxed);
        match result {
            Ok(result) => Some(result),
            Err(panic) => {
                let what = panic.downcast_ref::<&str>().copied();
                let what = what.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                state.component.panicked(what.unwrap_or_default());
                None
            }
        }
    }

    /// The host's allocator, from setMemManager to Done.
    pub(super) fn memory(&self) -> Option<Memory> {
        // SAFETY: only `set_memory` writes it, with what the host gave and until Done takes it back.
        unsafe { Memory::new(self.memory.load(Ordering::Acquire)) }
    }

    /// # Safety
    /// `manager` is null or an IMemoryManager that lives until Done.
    pub(super) unsafe fn set_memory(&self, manager: *mut c_void) {
        self.memory.store(manager, Ordering::Release);
    }

    /// Done: the host's pointers are not valid afterwards. A call that waits on another thread returns first.
    pub(super) fn close(&self) {
        self.cancel.request(true);
        self.exclusive(|state| {
            state.component.close();
            state.host = None;
            state.done = true;
        });
        self.memory.store(std::ptr::null_mut(), Ordering::Release);
        self.cancel.request(false);
    }

    /// Whether this thread is inside a call of the object.
    fn is_mine(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == this_thread()
    }

    /// A fresh component in place of one that was closed.
    pub(super) fn renew(&self, state: &mut State) {
        state.component = self.registration.class.create(self.cancel.clone());
        state.done = false;
    }
}

impl State {
    /// Tells the component what is known of host and language by now.
    pub(super) fn introduce(&mut self) {
        self.component.met_host(self.facts);
        self.component.set_language(self.interface_language.or(self.locale).unwrap_or_default());
    }
}

/// The gate: from the host's pointer to the object, and no panic past it. `failed` is what the host gets for a null
/// pointer or after a panic.
///
/// # Safety
/// `this` is null, or the `base` table pointer of an object that lives until the call returns.
pub(super) unsafe fn enter<R>(this: This, base: Base, failed: R, f: impl FnOnce(&Object) -> R) -> R {
    if this.is_null() {
        return failed;
    }
    // SAFETY: the caller's promise; objects are only shared, what changes stands behind the Mutex or is atomic.
    let object = unsafe { &*this.byte_sub(base.offset()).cast::<Object>() };
    catch_unwind(AssertUnwindSafe(|| f(object))).unwrap_or(failed)
}

/// Closes and frees an object. False when it is not one of ours that lives: a second DestroyObject, a stranger's pointer.
///
/// # Safety
/// No other call of the object is about to begin; one that is running is waited for.
pub(super) unsafe fn destroy(object: *mut c_void) -> bool {
    if object.is_null() || !live().remove(&object.addr()) {
        return false;
    }
    let object = object.cast::<Object>();
    {
        // SAFETY: it was among the live ones, so it came from `create` and was not freed.
        let object = unsafe { &*object };
        if object.is_mine() {
            // From inside its own call: that call still needs it.
            live().insert(std::ptr::from_ref(object).addr());
            return false;
        }
        object.close();
    }
    // SAFETY: as above, and it is no longer among the live ones, so nobody frees it again.
    let owned = unsafe { Box::from_raw(object) };
    // A panic of a component's Drop stops here.
    catch_unwind(AssertUnwindSafe(|| drop(owned))).is_ok()
}

/// Where the answer of a call goes: a variant of the host's, or nowhere.
pub(super) struct HostOutput {
    pub target: *mut Variant,
    pub memory: Option<Memory>,
}

impl Output for HostOutput {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        if self.target.is_null() {
            return Ok(());
        }
        // SAFETY: not null, so the variant that the host gave this call to write; it was cleared when the call began.
        unsafe { Variant::write(self.target, reply, self.memory) }
    }
}

fn live() -> MutexGuard<'static, BTreeSet<usize>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number that is this thread's alone while it runs: the address of a thread-local.
fn this_thread() -> usize {
    thread_local!(static HERE: Cell<u8> = const { Cell::new(0) });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}
