//! Rows to the object model: a class is a table of methods and properties, and everything that a host asks of it —
//! names, parameters, calls — is answered from the table.
//!
//! A new method is one row and its function; nothing here changes for it.

mod call;
mod class;
mod error;
mod instance;
mod name;
#[cfg(test)]
pub mod reference;
mod row;

#[cfg(test)]
mod tests;

pub use call::{Call, Index, Milliseconds};
pub use class::{ClassTable, Family};
pub use error::{Error, Outcome};
pub use row::{Members, Method, Property, required};
