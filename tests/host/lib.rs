//! A 1C host for tests: it behaves towards a Native API component as 1C:Enterprise and other hosts do,
//! through the real C++ ABI (`cpp/`), and notices what they would suffer from silently.

mod built;
#[cfg(target_os = "linux")]
pub mod dns;
mod endpoints;
pub mod events;
mod ffi;
#[cfg(target_os = "linux")]
pub mod figures;
mod host;
pub mod hostile;
mod isolate;
pub mod job;
pub mod jobs;
mod library;
mod memory;
#[cfg(target_os = "linux")]
pub mod namespaces;
mod object;
mod process;
pub mod random;
pub mod reach;
mod slots;
#[cfg(target_os = "linux")]
pub mod storm;
mod time;
mod value;
mod variant;
mod wide;
pub mod zmtp;

pub use built::{command, library_file, program, workspace};
pub use endpoints::{Endpoints, Transport};
pub use ffi::Com;
pub use host::{App, Complaint, Host, Interfaces, Settings};
#[cfg(target_os = "linux")]
pub use isolate::isolated_as_root;
pub use isolate::{Ending, isolated, isolated_behind, isolated_outcome, isolated_to_death, isolated_without_library};
pub use library::{LIBRARY_VARIABLE, Library, SOCKET_CLASSES};
pub use memory::{Counts, Memory};
pub use object::{CallFailed, Farewell, Object, Refusal};
#[cfg(unix)]
pub use process::in_forked_child;
pub use process::{end_in_words, kill_group, start, wait};
pub use slots::Slots;
pub use time::{Deadline, millis, patient, secs, wait_until};
pub use value::{Value, vt};
pub use variant::{Variants, layout};
