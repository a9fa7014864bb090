//! Measures the component beside libzmq as it comes: by time, by instructions, and how cost grows. ci/bench builds what it
//! needs and starts it; docs/ru/speed.md shows what came out.
#![deny(clippy::undocumented_unsafe_blocks)]

#[cfg(target_os = "linux")]
mod batch;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod count;
#[cfg(target_os = "linux")]
mod glue;
#[cfg(target_os = "linux")]
mod growth;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod pairs;
#[cfg(target_os = "linux")]
mod plot;
#[cfg(target_os = "linux")]
mod python;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod timing;
#[cfg(target_os = "linux")]
mod words;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    run::main(&std::env::args().skip(1).collect::<Vec<_>>())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("bench reads what Linux tells under /proc and counts with callgrind; it runs there only");
    std::process::exit(2);
}
