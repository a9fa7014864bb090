//! A host that runs a script made of random bytes: any class, any order of life-cycle calls, any member by name or by
//! number, any value in any variant. What it meets must keep the Native API's promises; a broken one is a panic, which
//! the fuzzer reports with the bytes that led there.

pub mod calls;
mod exchange;
mod member;
mod options;
mod script;
mod session;
mod values;

pub use session::{Session, load};
