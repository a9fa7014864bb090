//! Runs modules in 1C's language (BSL) against the built component, and checks what a 1C platform would check.
//!
//! `syntax` makes a module of a text, `run` executes it, `platform` is what the language finds there (functions, types, background
//! jobs), `addin` the component's objects, `script` whole runs, `docs` the blocks of the documentation, `conf` the configuration.

pub mod addin;
pub mod checks;
pub mod conf;
pub mod docs;
pub mod platform;
pub mod run;
pub mod script;
pub mod syntax;
pub mod value;
