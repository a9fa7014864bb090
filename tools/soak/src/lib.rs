//! A soak, and what its tests use: journals that outlive a kill, and peers in processes of their own that are killed.
#![cfg(target_os = "linux")]

pub mod journal;
pub mod kills;
pub mod peers;
pub mod run;
