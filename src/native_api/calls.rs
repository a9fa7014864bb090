//! ILanguageExtenderBase: what the class offers, properties and calls.

use super::arguments::Arguments;
use super::component::{Class, Failure};
use super::host::Memory;
use super::language::Language;
use super::lifecycle::of_language_extender;
use super::object::{Object, enter};
use super::output::Output;
use super::text;
use super::value::Value;
use super::variant::{Variant, usable};
use super::vtable::{Base, LanguageExtender, This};
use std::ffi::c_long;
use std::ptr;

pub(super) static CALLS: LanguageExtender = LanguageExtender {
    destructors: of_language_extender::SLOTS,
    register_extension_as,
    get_n_props,
    find_prop,
    get_prop_name,
    get_prop_val,
    set_prop_val,
    is_prop_readable,
    is_prop_writable,
    get_n_methods,
    find_method,
    get_method_name,
    get_n_params,
    get_param_def_value,
    has_ret_val,
    call_as_proc,
    call_as_func,
};

/// What the class says, without the lock: it never changes.
///
/// # Safety
/// A slot of CALLS: `this` as the host got it.
unsafe fn of_class<R>(this: This, failed: R, f: impl FnOnce(&dyn Class) -> R) -> R {
    // SAFETY: a slot of the second base.
    unsafe { enter(this, Base::LanguageExtender, failed, |object| f(object.registration.class)) }
}

/// What the object does. Why it failed stays in LastError.
///
/// # Safety
/// A slot of CALLS: `this` as the host got it.
#[inline(always)]
unsafe fn of_object(this: This, f: impl FnOnce(&Object) -> Result<(), Failure>) -> bool {
    // SAFETY: a slot of the second base.
    unsafe { enter(this, Base::LanguageExtender, false, |object| f(object).is_ok()) }
}

/// A number of the host's as an index; a negative one is out of every range.
fn index(number: c_long) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn count(number: usize) -> c_long {
    c_long::try_from(number).unwrap_or(0)
}

fn found(number: Option<usize>) -> c_long {
    number.map_or(-1, count)
}

unsafe extern "system" fn register_extension_as(this: This, name: *mut *mut u16) -> bool {
    let register = |object: &Object| {
        let memory = object.memory();
        let (text, done) = match Memory::text(memory, object.registration.extension) {
            Ok((text, _)) => (text, true),
            Err(_) => (ptr::null_mut(), false),
        };
        // SAFETY: checked below; the host gives a pointer that it wants filled.
        unsafe { name.write(text) };
        done
    };
    if name.is_null() || !name.is_aligned() {
        return false;
    }
    // SAFETY: a slot of the second base.
    unsafe { enter(this, Base::LanguageExtender, false, register) }
}

unsafe extern "system" fn get_n_props(this: This) -> c_long {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, 0, |class| count(class.properties())) }
}

unsafe extern "system" fn find_prop(this: This, name: *const u16) -> c_long {
    // SAFETY: a slot of CALLS; the host passes a text that ends with a NUL, or null.
    unsafe { of_class(this, -1, |class| found(text::from_host(name).and_then(|name| class.find_property(name)))) }
}

unsafe extern "system" fn get_prop_name(this: This, number: c_long, alias: c_long) -> *const u16 {
    // SAFETY: a slot of CALLS.
    unsafe { name_for_host(this, alias, |class, language| class.property_name(index(number), language)) }
}

unsafe extern "system" fn is_prop_readable(this: This, number: c_long) -> bool {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, false, |class| class.readable(index(number))) }
}

unsafe extern "system" fn is_prop_writable(this: This, number: c_long) -> bool {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, false, |class| class.writable(index(number))) }
}

unsafe extern "system" fn get_n_methods(this: This) -> c_long {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, 0, |class| count(class.methods())) }
}

unsafe extern "system" fn find_method(this: This, name: *const u16) -> c_long {
    // SAFETY: a slot of CALLS; the host passes a text that ends with a NUL, or null.
    unsafe { of_class(this, -1, |class| found(text::from_host(name).and_then(|name| class.find_method(name)))) }
}

unsafe extern "system" fn get_method_name(this: This, number: c_long, alias: c_long) -> *const u16 {
    // SAFETY: a slot of CALLS.
    unsafe { name_for_host(this, alias, |class, language| class.method_name(index(number), language)) }
}

unsafe extern "system" fn get_n_params(this: This, number: c_long) -> c_long {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, 0, |class| count(class.parameters(index(number)).unwrap_or(0))) }
}

unsafe extern "system" fn has_ret_val(this: This, number: c_long) -> bool {
    // SAFETY: a slot of CALLS.
    unsafe { of_class(this, false, |class| class.returns(index(number))) }
}

/// A name in memory that the host frees; null for a wild number or when there is no memory.
///
/// # Safety
/// A slot of CALLS.
unsafe fn name_for_host(
    this: This,
    alias: c_long,
    name: impl FnOnce(&dyn Class, Language) -> Option<&'static str>,
) -> *const u16 {
    let find = |object: &Object| {
        let name = Language::from_alias(alias).and_then(|language| name(object.registration.class, language))?;
        let memory = object.memory();
        Memory::text(memory, name).ok().map(|(text, _)| text.cast_const())
    };
    // SAFETY: a slot of the second base.
    unsafe { enter(this, Base::LanguageExtender, ptr::null(), |object| find(object).unwrap_or(ptr::null())) }
}

/// True and a value for a parameter that may be left out, false for one that may not.
unsafe extern "system" fn get_param_def_value(this: This, method: c_long, number: c_long, value: *mut Variant) -> bool {
    if !usable(value) {
        return false;
    }
    let fill = |object: &Object| {
        let default = object.registration.class.default_value(index(method), index(number));
        let memory = object.memory();
        // SAFETY: not null, and the host gives a variant that it wants filled.
        default.is_some_and(|default| unsafe { Variant::write(value, default, memory) }.is_ok())
    };
    // SAFETY: `value` is not null and the host's to be filled; a slot of the second base.
    unsafe {
        Variant::clear(value);
        enter(this, Base::LanguageExtender, false, fill)
    }
}

unsafe extern "system" fn get_prop_val(this: This, number: c_long, value: *mut Variant) -> bool {
    if !usable(value) {
        return false;
    }
    // SAFETY: `value` is the host's to be filled; a slot of CALLS.
    unsafe {
        Variant::clear(value);
        of_object(this, |object| object.component.get(index(number), Output::new(value, object)))
    }
}

unsafe extern "system" fn set_prop_val(this: This, number: c_long, value: *mut Variant) -> bool {
    // SAFETY: null or the host's variant, which stays for the call; a slot of CALLS.
    unsafe {
        of_object(this, |object| {
            let value = if usable(value) { (*value).read() } else { Value::Empty };
            object.component.set(index(number), value)
        })
    }
}

unsafe extern "system" fn call_as_proc(this: This, number: c_long, arguments: *mut Variant, size: c_long) -> bool {
    // SAFETY: the host's promises are passed on as they came.
    unsafe { call(this, number, ptr::null_mut(), arguments, size) }
}

unsafe extern "system" fn call_as_func(
    this: This,
    number: c_long,
    result: *mut Variant,
    arguments: *mut Variant,
    size: c_long,
) -> bool {
    // SAFETY: the host's promises are passed on as they came.
    unsafe { call(this, number, result, arguments, size) }
}

/// Both entries run every method: hosts call functions as procedures and the reverse.
///
/// # Safety
/// A slot of CALLS; `arguments` are `size` variants of the host's, or null; `result` is the host's to fill, or null.
#[inline(always)]
unsafe fn call(this: This, number: c_long, result: *mut Variant, arguments: *mut Variant, size: c_long) -> bool {
    let result = if usable(result) { result } else { ptr::null_mut() };
    if !result.is_null() {
        // SAFETY: the host gives a variant that it wants filled.
        unsafe { Variant::clear(result) };
    }
    let run = |object: &Object| {
        // SAFETY: the host passes `size` variants, which stay for the call; `result` was cleared just now.
        let (arguments, output) = unsafe { (Arguments::new(arguments, size), Output::new(result, object)) };
        object.component.call(index(number), &arguments, output)
    };
    // SAFETY: a slot of CALLS.
    unsafe { of_object(this, run) }
}
