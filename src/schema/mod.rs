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
mod reference;
mod row;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub use call::Kind;
pub use call::{Call, Index, Milliseconds};
pub use class::{ClassTable, Family};
pub use error::{Error, Outcome};
#[cfg(test)]
pub use reference::reference;
#[cfg(test)]
pub use row::optional;
pub use row::{Members, Method, Property, required};
