//! The C face of the C++ half (`cpp/`): nothing but declarations.

use std::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_ushort, c_void};

/// A component as the host holds it: an `IComponentBase*`.
#[repr(C)]
pub struct Com {
    _opaque: [u8; 0],
}

/// A `tVariant`; its layout is the C++ compiler's business.
#[repr(C)]
pub struct RawVariant {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct HostCalls {
    pub user: *mut c_void,
    pub alloc: unsafe extern "C" fn(*mut c_void, *mut *mut c_void, c_ulong) -> bool,
    pub release: unsafe extern "C" fn(*mut c_void, *mut *mut c_void),
    pub add_error: unsafe extern "C" fn(*mut c_void, c_ushort, *const u16, *const u16, c_long) -> bool,
    pub external_event: unsafe extern "C" fn(*mut c_void, *const u16, *const u16, *const u16) -> bool,
    pub event_depth: unsafe extern "C" fn(*mut c_void, c_long) -> c_long,
    pub other: unsafe extern "C" fn(*mut c_void, *const c_char, *const u16) -> bool,
    pub has_interface: unsafe extern "C" fn(*mut c_void, c_int) -> c_int,
    pub app_type: unsafe extern "C" fn(*mut c_void) -> c_int,
    pub attached: unsafe extern "C" fn(*mut c_void) -> c_int,
}

unsafe extern "C" {
    pub fn host_variant_size() -> usize;
    pub fn host_variant_offset(which: c_int) -> usize;
    pub fn host_variant_put_integer(v: *mut RawVariant, vt: c_uint, value: i64);
    pub fn host_variant_integer(v: *const RawVariant) -> i64;
    pub fn host_variant_put_real(v: *mut RawVariant, vt: c_uint, value: f64);
    pub fn host_variant_real(v: *const RawVariant) -> f64;
    pub fn host_variant_put_wide(v: *mut RawVariant, vt: c_uint, text: *mut u16, units: c_uint);
    pub fn host_variant_wide(v: *const RawVariant, units: *mut c_uint) -> *mut u16;
    pub fn host_variant_put_bytes(v: *mut RawVariant, vt: c_uint, bytes: *mut u8, count: c_uint);
    pub fn host_variant_bytes(v: *const RawVariant, count: *mut c_uint) -> *mut u8;
    pub fn host_variant_put_tm(v: *mut RawVariant, fields: *const c_int);
    pub fn host_variant_put_vt(v: *mut RawVariant, vt: c_uint);
    pub fn host_variant_vt(v: *const RawVariant) -> c_uint;

    pub fn host_c_init(c: *mut Com, connection: *mut c_void) -> bool;
    pub fn host_c_set_mem_manager(c: *mut Com, memory: *mut c_void) -> bool;
    pub fn host_c_get_info(c: *mut Com) -> c_long;
    pub fn host_c_done(c: *mut Com);
    pub fn host_c_register_extension_as(c: *mut Com, name: *mut *mut u16) -> bool;
    pub fn host_c_n_props(c: *mut Com) -> c_long;
    pub fn host_c_find_prop(c: *mut Com, name: *const u16) -> c_long;
    pub fn host_c_prop_name(c: *mut Com, n: c_long, alias: c_long) -> *mut u16;
    pub fn host_c_get_prop(c: *mut Com, n: c_long, v: *mut RawVariant) -> bool;
    pub fn host_c_set_prop(c: *mut Com, n: c_long, v: *mut RawVariant) -> bool;
    pub fn host_c_prop_readable(c: *mut Com, n: c_long) -> bool;
    pub fn host_c_prop_writable(c: *mut Com, n: c_long) -> bool;
    pub fn host_c_n_methods(c: *mut Com) -> c_long;
    pub fn host_c_find_method(c: *mut Com, name: *const u16) -> c_long;
    pub fn host_c_method_name(c: *mut Com, n: c_long, alias: c_long) -> *mut u16;
    pub fn host_c_n_params(c: *mut Com, n: c_long) -> c_long;
    pub fn host_c_param_default(c: *mut Com, n: c_long, p: c_long, v: *mut RawVariant) -> bool;
    pub fn host_c_has_ret_val(c: *mut Com, n: c_long) -> bool;
    pub fn host_c_call_as_proc(c: *mut Com, n: c_long, args: *mut RawVariant, count: c_long) -> bool;
    pub fn host_c_call_as_func(
        c: *mut Com,
        n: c_long,
        result: *mut RawVariant,
        args: *mut RawVariant,
        count: c_long,
    ) -> bool;
    pub fn host_c_set_locale(c: *mut Com, text: *const u16);
    pub fn host_c_set_ui_language(c: *mut Com, text: *const u16);
    pub fn host_c_delete(c: *mut Com, base: c_int);
    pub fn host_c_destruct(c: *mut Com, base: c_int);

    pub fn host_side_size() -> usize;
    pub fn host_side_make(at: *mut c_void, calls: *const HostCalls);
    pub fn host_side_connection(side: *mut c_void) -> *mut c_void;
    pub fn host_side_memory(side: *mut c_void) -> *mut c_void;
    pub fn host_side_without_get_interface(side: *mut c_void);

    pub fn host_fake_class_names() -> *const u16;
    pub fn host_fake_class_object(name: *const u16, out: *mut *mut Com) -> c_long;
    pub fn host_fake_destroy_object(object: *mut *mut Com) -> c_long;
    pub fn host_fake_set_capabilities(level: c_int) -> c_int;
    pub fn host_fake_attach_type() -> c_int;
}
