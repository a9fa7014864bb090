//! Every slot of a component, called with whatever the test likes.

use crate::ffi::{self, RawVariant};
use crate::object::Object;
use crate::value::Value;
use crate::variant::Variants;
use crate::wide::{self, wide};
use std::ffi::c_long;

/// Raw access to one object.
#[derive(Clone, Copy)]
pub struct Slots<'a>(pub(crate) &'a Object);

fn pointer(variants: Option<&mut Variants>) -> *mut RawVariant {
    variants.map_or(std::ptr::null_mut(), |v| v.at(0))
}

#[allow(clippy::useless_conversion)] // long is 32 bits wide on Windows
fn number(n: c_long) -> i64 {
    i64::from(n)
}

#[allow(clippy::useless_conversion)] // as above
fn long(n: i32) -> c_long {
    c_long::from(n)
}

// SAFETY of every block below: the object is alive as long as the borrow, pointers are null or valid for
// the call; that the component survives any number is what the tests are about.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Slots<'_> {
    pub fn init(self) -> bool {
        unsafe { ffi::host_c_init(self.0.raw(), self.0.host().connection_pointer()) }
    }

    pub fn init_null(self) -> bool {
        unsafe { ffi::host_c_init(self.0.raw(), std::ptr::null_mut()) }
    }

    pub fn set_mem_manager(self) -> bool {
        unsafe { ffi::host_c_set_mem_manager(self.0.raw(), self.0.host().memory_pointer()) }
    }

    pub fn set_mem_manager_null(self) -> bool {
        unsafe { ffi::host_c_set_mem_manager(self.0.raw(), std::ptr::null_mut()) }
    }

    #[must_use]
    pub fn get_info(self) -> i64 {
        number(unsafe { ffi::host_c_get_info(self.0.raw()) })
    }

    pub fn done(self) {
        unsafe { ffi::host_c_done(self.0.raw()) }
    }

    pub fn set_locale(self, text: Option<&str>) {
        let text = text.map(wide);
        let at = text.as_ref().map_or(std::ptr::null(), Vec::as_ptr);
        unsafe { ffi::host_c_set_locale(self.0.raw(), at) }
    }

    pub fn set_ui_language(self, text: Option<&str>) {
        let text = text.map(wide);
        let at = text.as_ref().map_or(std::ptr::null(), Vec::as_ptr);
        unsafe { ffi::host_c_set_ui_language(self.0.raw(), at) }
    }

    /// None when it answers false.
    #[must_use]
    pub fn register_extension_as(self) -> Option<String> {
        let mut name = std::ptr::null_mut();
        if !unsafe { ffi::host_c_register_extension_as(self.0.raw(), &raw mut name) } {
            return None;
        }
        wide::take(name, self.0.host().memory(), "RegisterExtensionAs")
    }

    pub fn register_extension_as_null(self) -> bool {
        unsafe { ffi::host_c_register_extension_as(self.0.raw(), std::ptr::null_mut()) }
    }

    #[must_use]
    pub fn n_props(self) -> i64 {
        number(unsafe { ffi::host_c_n_props(self.0.raw()) })
    }

    #[must_use]
    pub fn find_prop(self, name: &str) -> i64 {
        let name = wide(name);
        number(unsafe { ffi::host_c_find_prop(self.0.raw(), name.as_ptr()) })
    }

    #[must_use]
    pub fn find_prop_null(self) -> i64 {
        number(unsafe { ffi::host_c_find_prop(self.0.raw(), std::ptr::null()) })
    }

    /// The name, copied and freed as a host does; alias 0 is English, 1 Russian.
    #[must_use]
    pub fn prop_name(self, n: i32, alias: i32) -> Option<String> {
        let name = unsafe { ffi::host_c_prop_name(self.0.raw(), long(n), long(alias)) };
        wide::take(name, self.0.host().memory(), "GetPropName")
    }

    /// GetPropVal; what came out is taken over even when it answers false.
    pub fn get_prop(self, n: i32) -> (bool, Value) {
        let mut out = Variants::empty(1);
        let ok = unsafe { ffi::host_c_get_prop(self.0.raw(), long(n), out.at(0)) };
        (ok, self.take(&mut out, "GetPropVal"))
    }

    pub fn get_prop_null(self, n: i32) -> bool {
        unsafe { ffi::host_c_get_prop(self.0.raw(), long(n), std::ptr::null_mut()) }
    }

    pub fn set_prop(self, n: i32, value: Option<&mut Variants>) -> bool {
        unsafe { ffi::host_c_set_prop(self.0.raw(), long(n), pointer(value)) }
    }

    #[must_use]
    pub fn prop_readable(self, n: i32) -> bool {
        unsafe { ffi::host_c_prop_readable(self.0.raw(), long(n)) }
    }

    #[must_use]
    pub fn prop_writable(self, n: i32) -> bool {
        unsafe { ffi::host_c_prop_writable(self.0.raw(), long(n)) }
    }

    #[must_use]
    pub fn n_methods(self) -> i64 {
        number(unsafe { ffi::host_c_n_methods(self.0.raw()) })
    }

    #[must_use]
    pub fn find_method(self, name: &str) -> i64 {
        self.find_method_units(&wide(name))
    }

    /// A name given in UTF-16 units, its NUL included.
    #[must_use]
    pub fn find_method_units(self, name: &[u16]) -> i64 {
        assert_eq!(name.last(), Some(&0));
        number(unsafe { ffi::host_c_find_method(self.0.raw(), name.as_ptr()) })
    }

    #[must_use]
    pub fn find_method_null(self) -> i64 {
        number(unsafe { ffi::host_c_find_method(self.0.raw(), std::ptr::null()) })
    }

    #[must_use]
    pub fn method_name(self, n: i32, alias: i32) -> Option<String> {
        let name = unsafe { ffi::host_c_method_name(self.0.raw(), long(n), long(alias)) };
        wide::take(name, self.0.host().memory(), "GetMethodName")
    }

    #[must_use]
    pub fn n_params(self, n: i32) -> i64 {
        number(unsafe { ffi::host_c_n_params(self.0.raw(), long(n)) })
    }

    /// The default of an optional parameter, None for a required one.
    #[must_use]
    pub fn param_default(self, n: i32, param: i32) -> Option<Value> {
        let mut out = Variants::empty(1);
        let ok = unsafe { ffi::host_c_param_default(self.0.raw(), long(n), long(param), out.at(0)) };
        let value = self.take(&mut out, "GetParamDefValue");
        ok.then_some(value)
    }

    pub fn param_default_null(self, n: i32, param: i32) -> bool {
        let null = std::ptr::null_mut();
        unsafe { ffi::host_c_param_default(self.0.raw(), long(n), long(param), null) }
    }

    #[must_use]
    pub fn has_ret_val(self, n: i32) -> bool {
        unsafe { ffi::host_c_has_ret_val(self.0.raw(), long(n)) }
    }

    /// CallAsProc with the array (or null) and the count given, which need not agree.
    pub fn call_as_proc(self, n: i32, args: Option<&mut Variants>, count: i32) -> bool {
        unsafe { ffi::host_c_call_as_proc(self.0.raw(), long(n), pointer(args), long(count)) }
    }

    /// CallAsFunc with a result variant; what came out is taken over even when it answers false.
    pub fn call_as_func(self, n: i32, args: Option<&mut Variants>, count: i32) -> (bool, Value) {
        let mut out = Variants::empty(1);
        let ok = unsafe {
            let (args, out) = (pointer(args), out.at(0));
            ffi::host_c_call_as_func(self.0.raw(), long(n), out, args, long(count))
        };
        (ok, self.take(&mut out, "CallAsFunc"))
    }

    pub fn call_as_func_null(self, n: i32, args: Option<&mut Variants>, count: i32) -> bool {
        let null = std::ptr::null_mut();
        unsafe { ffi::host_c_call_as_func(self.0.raw(), long(n), null, pointer(args), long(count)) }
    }

    fn take(self, out: &mut Variants, what: &str) -> Value {
        out.take(0, self.0.host().memory()).unwrap_or_else(|e| panic!("{}: {what}: {e}", self.0.class()))
    }
}
