//! `LLVMFuzzerTestOneInput`: each input is a script of calls that a host makes.
#![no_main]

use fuzzer::{Session, calls};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

/// After so many calls the run ends.
static ENOUGH: OnceLock<u64> = OnceLock::new();

fuzz_target!(
    init: {
        let wanted = std::env::var("FUZZ_CALLS").ok().and_then(|text| text.parse().ok());
        let _ = ENOUGH.set(wanted.unwrap_or(u64::MAX));
        fuzzer::load();
    },
    |data: &[u8]| {
        Session::new(data).run();
        if calls::total() >= *ENOUGH.get().unwrap_or(&u64::MAX) {
            calls::tell();
            // libFuzzer ends in good order on this signal, with its own figures.
            // SAFETY: a signal to this process, for which libFuzzer has a handler.
            unsafe { libc::raise(libc::SIGUSR1) };
        }
    }
);
