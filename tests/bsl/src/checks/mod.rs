//! What a platform would say at loading, found without executing anything.

mod component;
mod members;

pub use component::{Component, Known};
pub use members::{Inferred, members};
