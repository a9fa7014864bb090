//! libzmq's own faults: each test fails without the patch under `vendor/patches/` that it names.
//!
//! `ci/faults` proves that, patch by patch, by the tests that the patches' heads name, some of which stand beside other
//! code; docs/ru/libzmq-faults.md holds the figures.
#![cfg(target_os = "linux")]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![deny(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

mod abort;
mod acks;
mod awake;
mod commands;
mod conflate;
mod content;
mod corked;
mod correlated;
mod descriptors;
mod door;
mod ending;
mod endless_message;
mod endless_topic;
mod few_calls;
mod fork;
mod gate;
mod glue;
mod half_read;
mod half_sent;
mod heartbeat;
mod hostile;
mod idle;
mod inproc;
mod ipc_killed;
mod ipc_stepped;
mod ipc_tail;
mod ipc_theft;
mod ipv6;
mod leaks;
mod limits;
mod linger;
mod mailbox;
mod manual;
mod monitor;
mod name_server;
mod names;
mod pipes;
mod polling;
mod proxy;
mod raw;
mod reconnect;
mod returning_peer;
mod routing_id;
mod shortage;
mod shortage_poller;
mod socks;
mod stolen;
mod stream;
mod subscriptions;
mod type_of_service;
mod vanished;
mod walk;
mod who_is_there;
mod witness;
mod wrong_peer;
mod zap;

use host::isolated_without_library as isolated;

// What build.rs has made and found: cargo hands a package's libraries to its own library alone, their folders to its tests
// too.
#[link(name = "zmq", kind = "static")]
unsafe extern "C" {}

#[link(name = "sodium", kind = "static")]
unsafe extern "C" {}

#[cfg_attr(static_libstdcxx, link(name = "stdc++", kind = "static", modifiers = "-bundle"))]
#[cfg_attr(not(static_libstdcxx), link(name = "c++"))]
unsafe extern "C" {}
