//! From text to a module: mended, parsed by tree-sitter, made into a tree of our own in which variables have numbers.

pub mod ast;
mod expressions;
pub mod mend;
mod methods;
mod names;
mod statements;
pub mod tree;
pub mod walk;

pub use methods::{Source, Target, module};
pub use names::{Names, Scope};
pub use tree::SyntaxError;
