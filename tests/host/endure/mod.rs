//! What tests of endurance need: figures of the process, storms of signals, hostile peers, journals that
//! outlive a kill, and the roles of processes that are killed.

pub mod figures;
pub mod hostile;
pub mod random;
pub mod storm;
