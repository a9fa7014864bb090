//! The four tables that an object begins with, as C++ lays them out for 1C.
//!
//! MSVC, which builds the platform for Windows, gives a class with a virtual destructor one slot for it; the Itanium ABI
//! (Linux, macOS) gives two. So Windows gets one, whatever compiler builds us.

use super::variant::Variant;
use std::ffi::{c_long, c_void};

/// `this` as the host passes it: the address of one of the four table pointers.
pub(super) type This = *mut c_void;

/// The scalar deleting destructor of MSVC: flag 1 asks to free the memory too.
#[cfg(all(windows, target_arch = "x86"))]
pub(super) type DestructorFn = unsafe extern "thiscall" fn(This, u32) -> This;
#[cfg(all(windows, not(target_arch = "x86")))]
pub(super) type DestructorFn = unsafe extern "C" fn(This, u32) -> This;
/// The complete object destructor, then the deleting destructor.
#[cfg(not(windows))]
pub(super) type DestructorFn = unsafe extern "C" fn(This);

#[cfg(windows)]
pub(super) type Destructors = [DestructorFn; 1];
#[cfg(not(windows))]
pub(super) type Destructors = [DestructorFn; 2];

#[repr(C)]
pub(super) struct InitDone {
    pub destructors: Destructors,
    pub init: unsafe extern "system" fn(This, *mut c_void) -> bool,
    pub set_mem_manager: unsafe extern "system" fn(This, *mut c_void) -> bool,
    pub get_info: unsafe extern "system" fn(This) -> c_long,
    pub done: unsafe extern "system" fn(This),
}

#[repr(C)]
pub(super) struct LanguageExtender {
    pub destructors: Destructors,
    pub register_extension_as: unsafe extern "system" fn(This, *mut *mut u16) -> bool,
    pub get_n_props: unsafe extern "system" fn(This) -> c_long,
    pub find_prop: unsafe extern "system" fn(This, *const u16) -> c_long,
    pub get_prop_name: unsafe extern "system" fn(This, c_long, c_long) -> *const u16,
    pub get_prop_val: unsafe extern "system" fn(This, c_long, *mut Variant) -> bool,
    pub set_prop_val: unsafe extern "system" fn(This, c_long, *mut Variant) -> bool,
    pub is_prop_readable: unsafe extern "system" fn(This, c_long) -> bool,
    pub is_prop_writable: unsafe extern "system" fn(This, c_long) -> bool,
    pub get_n_methods: unsafe extern "system" fn(This) -> c_long,
    pub find_method: unsafe extern "system" fn(This, *const u16) -> c_long,
    pub get_method_name: unsafe extern "system" fn(This, c_long, c_long) -> *const u16,
    pub get_n_params: unsafe extern "system" fn(This, c_long) -> c_long,
    pub get_param_def_value: unsafe extern "system" fn(This, c_long, c_long, *mut Variant) -> bool,
    pub has_ret_val: unsafe extern "system" fn(This, c_long) -> bool,
    pub call_as_proc: unsafe extern "system" fn(This, c_long, *mut Variant, c_long) -> bool,
    pub call_as_func: unsafe extern "system" fn(This, c_long, *mut Variant, *mut Variant, c_long) -> bool,
}

#[repr(C)]
pub(super) struct Locale {
    pub destructors: Destructors,
    pub set_locale: unsafe extern "system" fn(This, *const u16),
}

#[repr(C)]
pub(super) struct UserLanguage {
    pub destructors: Destructors,
    pub set_user_interface_language_code: unsafe extern "system" fn(This, *const u16),
}

/// The head of every object: what the host sees.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Bases {
    pub init_done: &'static InitDone,
    pub language_extender: &'static LanguageExtender,
    pub locale: &'static Locale,
    pub user_language: &'static UserLanguage,
}

/// Which of the four table pointers `this` is.
#[derive(Clone, Copy)]
pub(super) enum Base {
    InitDone = 0,
    LanguageExtender = 1,
    Locale = 2,
    UserLanguage = 3,
}

impl Base {
    /// Bytes from the start of the object to its table pointer.
    pub(super) const fn offset(self) -> usize {
        self as usize * size_of::<usize>()
    }
}
