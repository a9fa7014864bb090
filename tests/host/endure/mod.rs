//! What tests of endurance need: journals that outlive a kill, and the roles of processes that are killed.

pub mod journal;
pub mod kills;
pub mod roles;
pub mod soak;
