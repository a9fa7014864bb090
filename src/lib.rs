//! addin-zeromq: ZeroMQ for 1C:Enterprise 8, an external component by the Native API.
//!
//! A call goes down: `native_api` (the ABI) → `schema` (rows) → `objects` (what BSL sees) → `zmq` (libzmq, safe).
#![deny(unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(clippy::undocumented_unsafe_blocks)]
#![deny(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
#![deny(clippy::cast_precision_loss, clippy::cast_ptr_alignment)]
#![warn(missing_docs)]

mod background;
mod handle;
#[cfg(test)]
mod handle_tests;
mod native_api;
mod objects;
mod schema;
mod sync;
mod zmq;

native_api::entry_points!(crate::objects::ZeroMq);
