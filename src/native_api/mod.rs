//! The Native API of 1C:Enterprise: vtables, variants, the host's interfaces, the exported entry points.
//!
//! One of the two modules where `unsafe` may stand. It knows no class of ours: what a component can do reaches it through
//! the traits in `component`. Facts: the vtables, the layouts and who owns which memory were read off 1C's own binaries
//! and headers; `docs/architecture.md` names the sources.
#![allow(unsafe_code)]

mod arguments;
mod calls;
mod component;
mod exports;
mod facts;
mod host;
mod language;
mod lifecycle;
mod object;
mod output;
mod surroundings;
mod text;
mod value;
mod variant;
mod vtable;

#[cfg(test)]
mod fake_host;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

pub use arguments::Arguments;
pub use component::{Addin, Class, Component, Failure, Registration, class_names, class_names_length};
pub use exports::{class_names_pointer, class_object, destroy_object, set_platform_capabilities};
pub use facts::HostFacts;
#[cfg(test)]
pub use fake_host::FakeHost;
pub use language::Language;
pub use output::Output;
#[cfg(test)]
pub use output::Sink;
pub use surroundings::{Audience, Events, NotRaised, Surroundings};
pub use text::{Wide, fold};
pub use value::{OutOfMemory, Reply, Value};

/// Defines the five functions that a host looks up in the library, for the component that implements [`Addin`].
macro_rules! entry_points {
    ($addin:expr) => {
        #[allow(unsafe_code, non_snake_case, reason = "the names and the ABI are the Native API's")]
        mod entry_points {
            use std::ffi::{c_int, c_long, c_void};

            static ADDIN: &dyn $crate::native_api::Addin = &$addin;

            #[unsafe(no_mangle)]
            extern "C" fn GetClassNames() -> *const u16 {
                $crate::native_api::class_names_pointer(ADDIN)
            }

            /// # Safety
            /// The host passes a text that ends with a NUL and a pointer to a null pointer, or nulls.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn GetClassObject(name: *const u16, object: *mut *mut c_void) -> c_long {
                // SAFETY: the caller's promise is the callee's.
                unsafe { $crate::native_api::class_object(ADDIN, name, object) }
            }

            /// # Safety
            /// The host passes a pointer to what GetClassObject gave, or null.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn DestroyObject(object: *mut *mut c_void) -> c_long {
                // SAFETY: the caller's promise is the callee's.
                unsafe { $crate::native_api::destroy_object(object) }
            }

            #[unsafe(no_mangle)]
            extern "C" fn SetPlatformCapabilities(level: c_int) -> c_int {
                $crate::native_api::set_platform_capabilities(level)
            }

            /// 3: isolated or not, as the script wishes.
            #[unsafe(no_mangle)]
            extern "C" fn GetAttachType() -> c_int {
                3
            }
        }
    };
}
pub(crate) use entry_points;
