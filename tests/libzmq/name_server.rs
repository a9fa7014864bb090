//! Names of hosts as a test wants them: libzmq, linked into this program, asks our getaddrinfo. Only names that end with
//! `.test` are ours. Real name servers are asked in tests/scenarios_names.rs.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::net::Ipv4Addr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

struct Names {
    known: BTreeMap<String, Ipv4Addr>,
    held: Vec<String>,
    asked: BTreeMap<String, usize>,
    /// Lookups that are held now, and how often all of them were let go with nothing found.
    waiting: usize,
    given_up: usize,
    delay: Duration,
}

static NAMES: Mutex<Names> = Mutex::new(Names {
    known: BTreeMap::new(),
    held: Vec::new(),
    asked: BTreeMap::new(),
    waiting: 0,
    given_up: 0,
    delay: Duration::ZERO,
});
static CHANGED: Condvar = Condvar::new();

fn names() -> MutexGuard<'static, Names> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on the name stands for this address.
pub fn set(name: &str, address: &str) {
    let address = address.parse().expect("an address of IPv4");
    names().known.insert(name.to_owned(), address);
}

/// From now on lookups of the name hang.
pub fn hold(name: &str) {
    names().held.push(name.to_owned());
}

pub fn release(name: &str) {
    names().held.retain(|held| held != name);
    CHANGED.notify_all();
}

/// Those that hang now find nothing, as when a name server does not answer for long; later ones hang.
pub fn give_up() {
    names().given_up += 1;
    CHANGED.notify_all();
}

/// Each lookup takes that long.
pub fn delay(time: Duration) {
    names().delay = time;
}

/// How many lookups hang.
pub fn waiting() -> usize {
    names().waiting
}

/// How often the name has been looked up.
pub fn asked(name: &str) -> usize {
    names().asked.get(name).copied().unwrap_or(0)
}

/// The address, when it is told: what a lookup is.
fn look_up(name: &str) -> Option<Ipv4Addr> {
    let mut names = names();
    *names.asked.entry(name.to_owned()).or_default() += 1;
    let given_up = names.given_up;
    names.waiting += 1;
    while names.given_up == given_up && names.held.iter().any(|held| held == name) {
        names = CHANGED.wait(names).unwrap_or_else(PoisonError::into_inner);
    }
    names.waiting -= 1;
    if names.given_up != given_up {
        return None;
    }
    let (found, delay) = (names.known.get(name).copied(), names.delay);
    drop(names);
    std::thread::sleep(delay);
    found
}

type Function =
    unsafe extern "C" fn(*const c_char, *const c_char, *const libc::addrinfo, *mut *mut libc::addrinfo) -> c_int;

fn real() -> Function {
    // SAFETY: the C library's own function of this name, which has this type.
    unsafe {
        let found = libc::dlsym(libc::RTLD_NEXT, c"getaddrinfo".as_ptr());
        assert!(!found.is_null(), "the C library has no getaddrinfo");
        std::mem::transmute::<*mut libc::c_void, Function>(found)
    }
}

/// # Safety
/// As getaddrinfo(3).
#[unsafe(no_mangle)]
unsafe extern "C" fn getaddrinfo(
    node: *const c_char,
    service: *const c_char,
    hints: *const libc::addrinfo,
    result: *mut *mut libc::addrinfo,
) -> c_int {
    // SAFETY: both are null or what getaddrinfo(3) asks for.
    let (name, hinted) = unsafe {
        let name = (!node.is_null()).then(|| CStr::from_ptr(node).to_str().unwrap_or_default());
        (name, hints.as_ref().map_or((0, 0), |hints| (hints.ai_flags, hints.ai_family)))
    };
    let number = hinted.0 & libc::AI_NUMERICHOST != 0;
    let Some(name) = name.filter(|name| name.ends_with(".test") && !number) else {
        // SAFETY: the caller's own arguments.
        return unsafe { real()(node, service, hints, result) };
    };
    // Ours have no address of IPv6, for which libzmq asks where it gets no other.
    let Some(address) = (hinted.1 != libc::AF_INET6).then(|| look_up(name)).flatten() else {
        return libc::EAI_NONAME;
    };
    let address = CString::new(address.to_string()).expect("no NUL");
    // SAFETY: the caller's own arguments, but for a text that lives through the call.
    unsafe { real()(address.as_ptr(), service, hints, result) }
}
