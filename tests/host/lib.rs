//! A 1C host for tests: it behaves towards a Native API component as 1C:Enterprise and other hosts do,
//! through the real C++ ABI (`cpp/`), and notices what they would suffer from silently.

mod built;
#[cfg(target_os = "linux")]
pub mod endure;
mod ffi;
mod host;
mod isolate;
pub mod job;
pub mod jobs;
mod library;
mod memory;
mod object;
mod place;
mod process;
mod slots;
mod value;
mod variant;
mod wide;

pub use built::{command, library_file, program, workspace};
pub use ffi::Com;
pub use host::{App, Complaint, Host, Interfaces, Settings};
pub use isolate::{Deadline, isolated, isolated_outcome, isolated_without_library, millis, patient, secs};
pub use library::{LIBRARY_VARIABLE, Library};
pub use memory::{Counts, Memory};
pub use object::{CallFailed, Farewell, Object, Refusal};
pub use place::{Place, Transport};
pub use process::{end_in_words, kill_group, start, wait};
pub use slots::Slots;
pub use value::{Value, vt};
pub use variant::{Variants, layout};
