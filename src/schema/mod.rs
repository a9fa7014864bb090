//! Rows to the object model: a class is a table of methods and properties, and everything that a host asks of it —
//! names, parameters, calls — is answered from the table.
//!
//! A new method is one row and its function; nothing here changes for it.

mod by_name;
mod call;
mod class;
mod class_set;
mod described;
mod error;
mod instance;
mod name;
pub mod option;
mod parameter;
#[cfg(test)]
pub mod reference;
mod row;
mod seen;
mod shown;
mod table;
mod waiting;
mod words;
mod write;

#[cfg(test)]
mod example_checks;
#[cfg(test)]
mod option_checks;
#[cfg(test)]
mod option_tests;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

pub use by_name::{get as get_by_name, name_of, set as set_by_name};
pub use call::Call;
pub use class_set::ClassSet;
pub use described::Described;
#[cfg(test)]
pub use error::{CATALOGUE, Explained};
pub use error::{Error, Outcome};
#[cfg(test)]
pub use example_checks::check_examples;
pub use name::Name;
pub use option::{KeptValue, Matters, NoOptions, OptionValue, Options, Unit};
#[cfg(test)]
pub use option_checks::{check_options, option_defaults};
#[cfg(test)]
pub use parameter::Takes;
pub use parameter::{Identifier, Index, Milliseconds, Parameter, TextOrBlob, Timeout, Whole, optional, required};
pub use row::{Method, Property};
pub use table::{ClassTable, Family, Me};
pub use waiting::{Sleep, Turn, Waiting};
pub use words::{Words, words};
