//! `src/handle` of the component, compiled with shuttle's locks in place of the system's: every lock and every atomic is a
//! point at which another thread may come first, and a thread that waits for ever is noticed.

/// The component's own code.
#[path = "../../../src/handle/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the component uses more of it, and less")]
mod handle;

#[path = "sync.rs"]
mod sync;

#[cfg(test)]
mod closing;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod linked;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod polling;
#[cfg(test)]
mod relaying;
#[cfg(test)]
mod trying;
