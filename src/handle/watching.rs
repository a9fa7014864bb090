//! Who wants to hear when an object may have become ready. Whoever leaves the object's gate tells; those who watch it hear of
//! it without the gate, and look for themselves.

use super::registry::Id;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Mutex, MutexGuard};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// What is waited for by one who wants to hear whenever another has looked, whatever he found: one of the bits.
pub const ANY_LOOK: usize = 1 << (usize::BITS - 1);

/// What wakes one who sleeps.
pub trait Bell {
    /// Wakes him; called under a lock of the watcher's, which it must not need.
    fn ring(&self);
}

/// One who watches many objects: which of them may have become ready since he looked.
#[derive(Debug)]
pub struct Watcher<B> {
    heard: Mutex<Heard>,
    bell: B,
}

#[derive(Debug, Default)]
struct Heard {
    told: Vec<Id>,
    asleep: bool,
}

impl<B: Bell> Watcher<B> {
    /// Nobody has told anything yet.
    #[must_use]
    pub fn new(bell: B) -> Self {
        Self { heard: Mutex::default(), bell }
    }

    /// What wakes him.
    pub const fn bell(&self) -> &B {
        &self.bell
    }

    /// Takes the objects that he was told of.
    pub fn take(&self, into: &mut Vec<Id>) {
        into.append(&mut self.heard().told);
    }

    /// From now on whoever tells rings; false where something was told meanwhile: then nobody will.
    #[must_use]
    pub fn may_sleep(&self) -> bool {
        let mut heard = self.heard();
        heard.asleep = heard.told.is_empty();
        heard.asleep
    }

    /// Nobody needs to ring any more.
    pub fn woke(&self) {
        self.heard().asleep = false;
    }

    fn tell(&self, id: Id) {
        let mut heard = self.heard();
        heard.told.push(id);
        if std::mem::take(&mut heard.asleep) {
            self.bell.ring();
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        lock(&self.heard)
    }
}

/// One object that somebody watches.
#[derive(Debug)]
pub struct Watch<B> {
    id: Id,
    /// What he waits for, bits of his own.
    wanted: AtomicUsize,
    /// Whether he was told since he looked: once is enough.
    told: AtomicBool,
    watcher: Arc<Watcher<B>>,
}

impl<B: Bell> Watch<B> {
    /// The object with this number, watched for what `wanted` says.
    #[must_use]
    pub fn new(id: Id, wanted: usize, watcher: Arc<Watcher<B>>) -> Arc<Self> {
        Arc::new(Self { id, wanted: AtomicUsize::new(wanted), told: AtomicBool::new(false), watcher })
    }

    /// He waits for something else from now on.
    pub fn wants(&self, wanted: usize) {
        self.wanted.store(wanted, Ordering::Relaxed);
    }

    /// Before he looks: what is told from now on is told anew.
    pub fn looks(&self) {
        self.told.store(false, Ordering::SeqCst);
    }

    /// What wakes him who watches.
    pub fn bell(&self) -> &B {
        self.watcher.bell()
    }

    fn tell(&self) {
        if !self.told.swap(true, Ordering::SeqCst) {
            self.watcher.tell(self.id);
        }
    }
}

/// Those who watch an object.
#[derive(Debug)]
pub struct Watchers<B> {
    /// Whether there are any: a call of an object that nobody watches enters no lock for them.
    any: AtomicBool,
    watches: Mutex<Vec<Arc<Watch<B>>>>,
}

impl<B> Default for Watchers<B> {
    fn default() -> Self {
        Self { any: AtomicBool::new(false), watches: Mutex::new(Vec::new()) }
    }
}

impl<B: Bell> Watchers<B> {
    /// Whether anybody watches: a hint, but true for whoever entered the object's gate after one who began to watch left it.
    #[inline]
    pub fn are_there(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// One more watches.
    pub fn add(&self, watch: Arc<Watch<B>>) {
        let mut watches = lock(&self.watches);
        watches.push(watch);
        self.any.store(true, Ordering::Relaxed);
    }

    /// He no longer does; false where he did not.
    pub fn remove(&self, watch: &Arc<Watch<B>>) -> bool {
        let mut watches = lock(&self.watches);
        let before = watches.len();
        watches.retain(|other| !Arc::ptr_eq(other, watch));
        let removed = watches.len() < before;
        if watches.is_empty() {
            // Not only the list: many objects are watched once.
            *watches = Vec::new();
        }
        self.any.store(!watches.is_empty(), Ordering::Relaxed);
        removed
    }

    /// The object may have become ready: inside of its gate, last of all.
    pub fn tell(&self) {
        lock(&self.watches).iter().for_each(|watch| watch.tell());
    }

    /// `watch` found the object `ready`: the others would find it too, but what woke him may wake nobody else.
    pub fn tell_others(&self, watch: &Arc<Watch<B>>, ready: usize) {
        let watches = lock(&self.watches);
        let others = watches.iter().filter(|other| !Arc::ptr_eq(other, watch));
        let ready = ready | ANY_LOOK;
        others.filter(|other| other.wanted.load(Ordering::Relaxed) & ready != 0).for_each(|other| other.tell());
    }

    /// The object has gone: whoever watched it is told, and `f` run with what wakes him.
    pub fn leave(&self, mut f: impl FnMut(&B)) {
        let watches = {
            let mut watches = lock(&self.watches);
            // Under the lock: somebody may begin to watch right after.
            self.any.store(false, Ordering::Relaxed);
            std::mem::take(&mut *watches)
        };
        for watch in watches {
            f(watch.bell());
            watch.tell();
        }
    }
}

fn lock<T>(leaf: &Mutex<T>) -> MutexGuard<'_, T> {
    leaf.lock().unwrap_or_else(PoisonError::into_inner)
}
