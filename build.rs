//! Builds the vendored libsodium and libzmq into static libraries and links
//! them, with the C++ runtime, into the component. vendor/README.md tells
//! where the sources come from; this file is the order of the work.

#[path = "build/crates.rs"]
mod crates;
#[path = "build/libsodium.rs"]
mod libsodium;
#[path = "build/libzmq.rs"]
mod libzmq;
#[path = "build/link.rs"]
mod link;
#[path = "build/patches.rs"]
mod patches;
#[path = "build/source.rs"]
mod source;
#[path = "build/target.rs"]
mod target;
#[path = "build/tree.rs"]
mod tree;
#[path = "build/version_info.rs"]
mod version_info;

use source::Library;
use target::Target;

const LIBZMQ: Library =
    Library { name: "libzmq", env: "LIBZMQ_SOURCE_DIR", lock: include_str!("vendor/libzmq.lock"), inside: "vendor" };

const LIBSODIUM: Library = Library {
    name: "libsodium",
    env: "LIBSODIUM_SOURCE_DIR",
    lock: include_str!("vendor/libsodium.lock"),
    inside: "LATEST.tar.gz",
};

fn main() {
    for path in ["build.rs", "build", "vendor"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let target = Target::from_env();
    target.check_overrides();
    target.check_tools();

    let sodium = libsodium::build(&target, &source::verified(&target, &LIBSODIUM));

    let mut zmq = source::verified(&target, &LIBZMQ);
    patches::apply(&target, &mut zmq);
    libzmq::build(&target, &zmq, &sodium);

    link::static_libraries(&target);
    link::runtime(&target);
    link::hardening(&target);
    version_info::embed(&target);

    println!("cargo:rustc-env=ADDIN_ZEROMQ_LIBZMQ_VERSION={}", LIBZMQ.locked("version"));
}
