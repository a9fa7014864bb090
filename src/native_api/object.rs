//! One object as the host holds it, and the one gate through which every call of the host's comes.

use super::component::{Addin, Component, Registration};
use super::facts::HostFacts;
use super::host::{Connection, Memory};
use super::language::Language;
use super::surroundings::{Events, Surroundings};
use super::vtable::{Base, Bases, This};
use crate::handle::Life;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long Done may wait for a thread that is telling the host something.
const REVOKE: Duration = Duration::from_millis(200);

/// What the host's pointer leads to: the four table pointers, then what is ours. The component has its own lock; nothing of
/// an object is touched by a call that has left it, for then it may be freed.
#[repr(C)]
pub(super) struct Object {
    bases: Bases,
    pub registration: &'static Registration,
    pub component: Box<dyn Component>,
    memory: AtomicPtr<c_void>,
    life: Life,
    met: Mutex<Met>,
}

/// What the host has told by now.
#[derive(Clone, Default)]
struct Met {
    facts: HostFacts,
    locale: Option<Language>,
    interface_language: Option<Language>,
    /// The way to the host in this life.
    events: Events,
    done: bool,
}

impl Met {
    fn language(&self) -> Language {
        self.interface_language.or(self.locale).unwrap_or_default()
    }
}

/// Addresses of the objects that live: what DestroyObject and `delete` may take.
static LIVE: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

impl Object {
    /// A new object of the class whose name `is` the wanted one; null where there is none.
    pub(super) fn create(bases: Bases, addin: &dyn Addin, is: impl Fn(&str) -> bool) -> *mut c_void {
        let fits = |registration: &&Registration| is(registration.id) || is(registration.extension);
        let Some(registration) = addin.registrations().iter().find(fits) else {
            return std::ptr::null_mut();
        };
        let (life, events) = (Life::default(), Events::default());
        let surroundings =
            Surroundings { source: registration.extension, cancel: life.cancel(), events: events.clone() };
        let object = Box::into_raw(Box::new(Self {
            bases,
            registration,
            component: registration.class.create(surroundings),
            memory: AtomicPtr::default(),
            life,
            met: Mutex::new(Met { events, ..Met::default() }),
        }));
        live().insert(object.addr());
        object.cast()
    }

    /// The host's allocator, from setMemManager to Done.
    pub(super) fn memory(&self) -> Option<Memory> {
        // SAFETY: only `set_memory` writes it, with what the host gave and until Done takes it back; whoever uses it for an
        // answer is inside of the component's lock, which Done enters to take it.
        unsafe { Memory::new(self.memory.load(Ordering::Acquire)) }
    }

    /// # Safety
    /// `manager` is null or an IMemoryManager that lives until Done.
    pub(super) unsafe fn set_memory(&self, manager: *mut c_void) {
        self.memory.store(manager, Ordering::Release);
    }

    /// Init: the host is there from now on; an object that was closed begins another life. False from inside of a call of
    /// the object: there is one life at a time.
    pub(super) fn open(&self, host: Option<Connection>, facts: Option<HostFacts>) -> bool {
        if self.component.is_mine() {
            return false;
        }
        let (met, again) = {
            let mut met = self.met();
            met.facts = facts.unwrap_or(met.facts);
            let again = std::mem::take(&mut met.done);
            if again {
                met.events = Events::default();
            }
            (met.clone(), again)
        };
        met.events.0.establish(host);
        let language = met.language();
        let (source, events) = (self.registration.extension, met.events);
        let renewed = again.then(|| Surroundings { source, cancel: self.life.renew(), events });
        self.component.introduce(met.facts, language, renewed);
        host.is_some()
    }

    /// Done: the host's pointers are not valid afterwards. A call that waits on another thread returns first. From inside of a
    /// call of the object it does nothing: that call still needs them.
    pub(super) fn close(&self) {
        if self.component.is_mine() {
            return;
        }
        // Both outlive the object, which may be freed as soon as the component's lock is left.
        let _leaving = self.life.leave();
        let events = self.met().events.clone();
        self.component.close(&|| {
            self.met().done = true;
            self.memory.store(std::ptr::null_mut(), Ordering::Release);
        });
        events.0.revoke(REVOKE);
    }

    /// The host told its locale.
    pub(super) fn learn(&self, locale: Option<Language>) {
        self.introduce(|met| met.locale = locale);
    }

    /// The host told the language of its user's interface.
    pub(super) fn learn_interface(&self, language: Option<Language>) {
        self.introduce(|met| met.interface_language = language);
    }

    fn introduce(&self, note: impl FnOnce(&mut Met)) {
        let (facts, language) = {
            let mut met = self.met();
            note(&mut met);
            (met.facts, met.language())
        };
        self.component.introduce(facts, language, None);
    }

    fn met(&self) -> MutexGuard<'_, Met> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The gate: from the host's pointer to the object, and no panic past it. `failed` is what the host gets for a null
/// pointer or after a panic.
///
/// # Safety
/// `this` is null, or the `base` table pointer of an object that lives until the call returns.
#[inline(always)]
pub(super) unsafe fn enter<R>(this: This, base: Base, failed: R, f: impl FnOnce(&Object) -> R) -> R {
    if this.is_null() {
        return failed;
    }
    // SAFETY: the caller's promise; objects are only shared, what changes stands behind a lock or is atomic.
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
        if object.component.is_mine() {
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

fn live() -> MutexGuard<'static, BTreeSet<usize>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}
