//! The blocks of the documentation; the protocol stands in this package's README.

mod addresses;
mod blocks;
mod page;
mod reference;

pub use blocks::{Block, Mark, PageText, blocks};
pub use page::{PageReport, run};
