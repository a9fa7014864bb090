//! What tests of endurance need: figures of the process, storms of signals, hostile peers, journals that
//! outlive a kill, and the roles of processes that are killed.

pub mod figures;
pub mod hostile;
pub mod journal;
pub mod kills;
pub mod random;
pub mod roles;
pub mod soak;
pub mod storm;

use crate::{Com, Object};

impl Object {
    /// The pointer that a host holds, for tests of what must not be done with it.
    #[must_use]
    pub fn raw(&self) -> *mut Com {
        self.com()
    }
}
