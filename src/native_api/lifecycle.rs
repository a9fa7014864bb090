//! IInitDoneBase, LocaleBase, UserLanguageBase and the destructor slots: from birth to death, in whatever order.

use super::host::Connection;
use super::language::Language;
use super::object::{Object, destroy, enter};
use super::text;
use super::vtable::{Base, Destructors, InitDone, Locale, This, UserLanguage};
use std::ffi::{c_int, c_long, c_void};
use std::sync::atomic::{AtomicI32, Ordering};

/// What the platform said it can do; -1 until it did.
static PLATFORM_LEVEL: AtomicI32 = AtomicI32::new(-1);

/// The level from which IAddInDefBase has GetInterface.
const LEVEL_WITH_INTERFACES: c_int = 1;

pub(super) fn remember_platform_level(level: c_int) {
    PLATFORM_LEVEL.store(level, Ordering::Relaxed);
}

/// Whether a host's table has GetInterface.
pub(super) fn host_tells() -> bool {
    PLATFORM_LEVEL.load(Ordering::Relaxed) >= LEVEL_WITH_INTERFACES
}

pub(super) static INIT_DONE: InitDone =
    InitDone { destructors: of_init_done::SLOTS, init, set_mem_manager, get_info, done };

pub(super) static LOCALE: Locale = Locale { destructors: of_locale::SLOTS, set_locale };

pub(super) static USER_LANGUAGE: UserLanguage =
    UserLanguage { destructors: of_user_language::SLOTS, set_user_interface_language_code };

/// # Safety
/// A slot of INIT_DONE: `this` as the host got it; `host` null or an IAddInDefBase that lives until Done.
unsafe extern "system" fn init(this: This, host: *mut c_void) -> bool {
    // SAFETY: the host's promise, stated above.
    let connection = unsafe { Connection::new(host) };
    let start = |object: &Object| {
        object.open(connection, host_tells().then(|| connection.map(Connection::facts).unwrap_or_default()))
    };
    // SAFETY: a slot of the first base.
    unsafe { enter(this, Base::InitDone, false, start) }
}

/// # Safety
/// A slot of INIT_DONE; `manager` null or an IMemoryManager that lives until Done.
unsafe extern "system" fn set_mem_manager(this: This, manager: *mut c_void) -> bool {
    // SAFETY: a slot of the first base; the manager is as the host promises, stated above.
    unsafe {
        enter(this, Base::InitDone, false, |object| {
            object.set_memory(manager);
            !manager.is_null()
        })
    }
}

/// The version of the Native API that we speak: 2.0.
///
/// # Safety
/// None needed: `this` is not looked at.
unsafe extern "system" fn get_info(_: This) -> c_long {
    2000
}

/// # Safety
/// A slot of INIT_DONE.
unsafe extern "system" fn done(this: This) {
    // SAFETY: a slot of the first base.
    unsafe { enter(this, Base::InitDone, (), Object::close) }
}

/// # Safety
/// A slot of LOCALE; `locale` null or a text that ends with a NUL.
unsafe extern "system" fn set_locale(this: This, locale: *const u16) {
    // SAFETY: the host's promise, stated above.
    let language = unsafe { text::from_host(locale) }.and_then(Language::from_code);
    // SAFETY: a slot of the third base.
    unsafe { enter(this, Base::Locale, (), |object| object.learn(language)) }
}

/// # Safety
/// A slot of USER_LANGUAGE; `code` null or a text that ends with a NUL.
unsafe extern "system" fn set_user_interface_language_code(this: This, code: *const u16) {
    // SAFETY: the host's promise, stated above.
    let language = unsafe { text::from_host(code) }.and_then(Language::from_code);
    // SAFETY: a slot of the fourth base.
    unsafe { enter(this, Base::UserLanguage, (), |object| object.learn_interface(language)) }
}

/// `delete` through a base, as C++ does it.
///
/// # Safety
/// `this` is null or the `base` table pointer of an object; nobody uses the object afterwards.
unsafe fn delete(this: This, base: Base) {
    if !this.is_null() {
        // SAFETY: the caller's promise puts the object `offset` bytes before; `destroy` frees only what is alive.
        unsafe { destroy(this.byte_sub(base.offset())) };
    }
}

/// A destructor called without freeing: the object lets go of everything, its memory stays for DestroyObject.
///
/// # Safety
/// As `delete`.
unsafe fn destruct(this: This, base: Base) {
    // SAFETY: the caller's promise.
    unsafe { enter(this, base, (), Object::close) }
}

/// The destructor slots of one base: the functions differ in where the object begins.
macro_rules! destructors {
    ($module:ident, $base:expr) => {
        pub(super) mod $module {
            use super::*;

            #[cfg(not(windows))]
            pub(in crate::native_api) const SLOTS: Destructors = [complete, deleting];

            #[cfg(not(windows))]
            unsafe extern "C" fn complete(this: This) {
                // SAFETY: the host's `this` for this very table.
                unsafe { destruct(this, $base) }
            }

            #[cfg(not(windows))]
            unsafe extern "C" fn deleting(this: This) {
                // SAFETY: the host's `this` for this very table.
                unsafe { delete(this, $base) }
            }

            #[cfg(windows)]
            pub(in crate::native_api) const SLOTS: Destructors = [scalar_deleting];

            #[cfg(all(windows, target_arch = "x86"))]
            unsafe extern "thiscall" fn scalar_deleting(this: This, flags: u32) -> This {
                // SAFETY: the host's `this` for this very table.
                unsafe { by_flag(this, flags, $base) }
            }

            #[cfg(all(windows, not(target_arch = "x86")))]
            unsafe extern "C" fn scalar_deleting(this: This, flags: u32) -> This {
                // SAFETY: the host's `this` for this very table.
                unsafe { by_flag(this, flags, $base) }
            }
        }
    };
}

destructors!(of_init_done, Base::InitDone);
destructors!(of_language_extender, Base::LanguageExtender);
destructors!(of_locale, Base::Locale);
destructors!(of_user_language, Base::UserLanguage);

/// # Safety
/// As `delete`.
#[cfg(windows)]
unsafe fn by_flag(this: This, flags: u32, base: Base) -> This {
    // SAFETY: the caller's promise.
    unsafe {
        if flags & 1 == 0 {
            destruct(this, base);
        } else {
            delete(this, base);
        }
    }
    this
}
