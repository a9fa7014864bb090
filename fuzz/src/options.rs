//! Options: values that make sense for them, and that keep the run on this machine and its sockets few.

use crate::script::Script;
use crate::values;
use host::{Object, Value};

/// A name of a property of the object, in either language and any case; now and then one that nobody has.
pub fn name(object: &Object, script: &mut Script<'_>) -> Option<String> {
    let slots = object.slots();
    let count = usize::try_from(slots.n_props()).unwrap_or(0);
    if count == 0 || script.chance(16) {
        return None;
    }
    let number = i32::try_from(script.below(count)).expect("few properties");
    let name = slots.prop_name(number, i32::from(script.chance(2)))?;
    Some(if script.chance(4) { name.to_uppercase() } else { name })
}

/// A value for the option of this name.
pub fn value(name: &str, script: &mut Script<'_>) -> Value {
    match name.to_lowercase().as_str() {
        // What waits for ever for a peer that never comes stays for the whole run.
        "linger" | "доставкапослезакрытия" => Value::i4(script.pick(&[0, 1, 50])),
        // No other host is asked for, nor its name looked up.
        "socksproxy" | "проксиsocks" => script.pick(&["", "127.0.0.1:9", "127.0.0.1", ":"]).into(),
        "bindtodevice" | "сетевойинтерфейс" => script.pick(&["", "lo", "нет", "a/b"]).into(),
        _ => match script.below(8) {
            0..=2 => Value::Bool(script.chance(2)),
            3 | 4 => Value::i4(script.pick(&[-1, 0, 1, 2, 10, 100, 276, 1000, 65_535, i32::MAX])),
            5 => Value::Blob(script.bytes(20)),
            6 => script.pick(&["", "a", "имя", "0"]).into(),
            _ => values::wild(script),
        },
    }
}
