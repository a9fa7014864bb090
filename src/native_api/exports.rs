//! The five entry points, for whichever component the library holds.

use super::calls::CALLS;
use super::component::Addin;
use super::lifecycle::{INIT_DONE, LOCALE, USER_LANGUAGE, remember_platform_level};
use super::object::{Object, destroy};
use super::text;
use super::vtable::Bases;
use std::ffi::{c_int, c_long, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// The level of the platform's abilities up to which we know what a host may do.
const OUR_LEVEL: c_int = 3;

/// What every object begins with.
const BASES: Bases =
    Bases { init_done: &INIT_DONE, language_extender: &CALLS, locale: &LOCALE, user_language: &USER_LANGUAGE };

/// GetClassNames: ids joined by `|`, static, never freed by the host.
pub fn class_names_pointer(addin: &dyn Addin) -> *const u16 {
    addin.class_names().as_ptr()
}

/// GetClassObject: 1 and a new object, or 0 for an unknown or null name and for a target that is null or taken.
///
/// # Safety
/// `name` is null or ends with a NUL; `object` is null or may be read and written.
pub unsafe fn class_object(addin: &dyn Addin, name: *const u16, object: *mut *mut c_void) -> c_long {
    // SAFETY: the caller's promise.
    let Some(name) = (unsafe { text::from_host(name) }) else {
        return 0;
    };
    // SAFETY: the caller's promise; a target that holds an object already would leak it.
    if object.is_null() || !object.is_aligned() || !unsafe { object.read() }.is_null() {
        return 0;
    }
    let is = |ours: &str| ours.encode_utf16().map(text::fold).eq(name.iter().map(|&unit| text::fold(unit)));
    let created = catch_unwind(AssertUnwindSafe(|| Object::create(BASES, addin, is))).unwrap_or(ptr::null_mut());
    // SAFETY: the caller's promise.
    unsafe { object.write(created) };
    c_long::from(!created.is_null())
}

/// DestroyObject: 0, or -1 for null and for what is not an object of ours that lives.
///
/// # Safety
/// `object` is null or may be read and written; no other call of the object begins.
pub unsafe fn destroy_object(object: *mut *mut c_void) -> c_long {
    if object.is_null() || !object.is_aligned() {
        return -1;
    }
    // SAFETY: the caller's promise.
    let taken = unsafe { object.replace(ptr::null_mut()) };
    // SAFETY: the caller's promise; `destroy` itself knows which addresses are objects.
    if unsafe { destroy(taken) } { 0 } else { -1 }
}

/// SetPlatformCapabilities: the platform's level in, ours out.
pub fn set_platform_capabilities(level: c_int) -> c_int {
    remember_platform_level(level);
    OUR_LEVEL
}
