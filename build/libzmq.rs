//! libzmq as a static library, by its own CMake build with every option
//! pinned: what it would find out or default to differs between machines.

use std::fs;

use crate::libsodium::Built;
use crate::target::{Target, fail};
use crate::tree::Tree;

/// Left to itself, ENABLE_DRAFTS follows a .git folder, WITH_LIBBSD and
/// WITH_TLS what the build machine has installed.
const OPTIONS: &[(&str, &str)] = &[
    ("ADDIN_ZEROMQ_ONE_UNIT", "ON"),
    ("API_POLLER", "poll"),
    ("BUILD_SHARED", "OFF"),
    ("BUILD_STATIC", "ON"),
    ("BUILD_TESTS", "OFF"),
    ("CMAKE_DISABLE_FIND_PACKAGE_PkgConfig", "ON"),
    ("CMAKE_INSTALL_LIBDIR", "lib"),
    ("CMAKE_POLICY_VERSION_MINIMUM", "3.5"),
    ("ENABLE_ANALYSIS", "OFF"),
    ("ENABLE_ASAN", "OFF"),
    ("ENABLE_CPACK", "OFF"),
    ("ENABLE_CURVE", "ON"),
    ("ENABLE_DRAFTS", "OFF"),
    ("ENABLE_INTRINSICS", "OFF"),
    ("ENABLE_LIBSODIUM_RANDOMBYTES_CLOSE", "OFF"),
    ("ENABLE_PRECOMPILED", "OFF"),
    ("ENABLE_RADIX_TREE", "OFF"),
    ("ENABLE_TSAN", "OFF"),
    ("ENABLE_UBSAN", "OFF"),
    ("ENABLE_WS", "OFF"),
    ("LIBZMQ_WERROR", "OFF"),
    // The check for epoll_create1 is skipped when the poller is chosen.
    ("POLLER", "epoll"),
    ("WITH_DOCS", "OFF"),
    ("WITH_LIBBSD", "OFF"),
    ("WITH_LIBSODIUM", "ON"),
    ("WITH_LIBSODIUM_STATIC", "ON"),
    ("WITH_MILITANT", "OFF"),
    ("WITH_NORM", "OFF"),
    ("WITH_NSS", "OFF"),
    ("WITH_OPENPGM", "OFF"),
    ("WITH_PERF_TOOL", "OFF"),
    ("WITH_TLS", "OFF"),
    ("WITH_VMCI", "OFF"),
    ("ZMQ_BUILD_TESTS", "OFF"),
    ("ZMQ_CV_IMPL", "stl11"),
];

/// CMake finds these out by running programs, which it leaves out silently
/// when it builds for another machine: no TCP keepalive, no close-on-exec.
const LINUX: &[(&str, &str)] = &[
    ("ZMQ_HAVE_EVENTFD", "1"),
    ("ZMQ_HAVE_EVENTFD_CLOEXEC", "1"),
    ("ZMQ_HAVE_O_CLOEXEC", "1"),
    ("ZMQ_HAVE_SOCK_CLOEXEC", "1"),
    ("ZMQ_HAVE_SO_BINDTODEVICE", "1"),
    ("ZMQ_HAVE_SO_KEEPALIVE", "1"),
    ("ZMQ_HAVE_SO_PRIORITY", "1"),
    ("ZMQ_HAVE_TCP_KEEPALIVE", "1"),
    ("ZMQ_HAVE_TCP_KEEPCNT", "1"),
    ("ZMQ_HAVE_TCP_KEEPIDLE", "1"),
    ("ZMQ_HAVE_TCP_KEEPINTVL", "1"),
    ("ZMQ_HAVE_TIPC", "OFF"),
    ("ZMQ_IOTHREAD_POLLER_USE_EPOLL_CLOEXEC", "1"),
];

/// ipc needs the epoll poller (wepoll) and AF_UNIX, which MinGW declares in a
/// header that libzmq's check does not find.
const WINDOWS: &[(&str, &str)] = &[
    ("CMAKE_SYSTEM_VERSION", "6.1"),
    ("ZMQ_HAVE_IPC", "1"),
    ("ZMQ_HAVE_STRUCT_SOCKADDR_UN", "1"),
    ("ZMQ_WIN32_WINNT", "0x0601"),
];

/// What the made platform.hpp must define; its checks fail without a word.
const EXPECTED: &[&str] = &[
    "ZMQ_HAVE_CURVE",
    "ZMQ_HAVE_IPC",
    "ZMQ_HAVE_NOEXCEPT",
    "ZMQ_IOTHREAD_POLLER_USE_EPOLL",
    "ZMQ_POLL_BASED_ON_POLL",
    "ZMQ_USE_CV_IMPL_STL11",
    "ZMQ_USE_LIBSODIUM",
];
const EXPECTED_LINUX: &[&str] = &[
    "HAVE_ACCEPT4",
    "HAVE_CLOCK_GETTIME",
    "HAVE_FORK",
    "HAVE_IF_NAMETOINDEX",
    "HAVE_MKDTEMP",
    "HAVE_STRNLEN",
    "ZMQ_HAVE_IFADDRS",
    "ZMQ_HAVE_PPOLL",
    "ZMQ_HAVE_PTHREAD_SETNAME_2",
    "ZMQ_HAVE_PTHREAD_SET_AFFINITY",
    "ZMQ_HAVE_SO_PEERCRED",
    "ZMQ_HAVE_UIO",
];

pub fn build(target: &Target, source: &Tree, sodium: &Built) {
    let dir = target.out.join("libzmq-source");
    if let Err(error) = source.write(&dir) {
        fail(format!("libzmq cannot be copied to {}: {error}", dir.display()));
    }
    let mut options = OPTIONS.to_vec();
    let mut expected: Vec<&str> = EXPECTED.to_vec();
    if target.windows() {
        options.extend(WINDOWS);
    } else {
        options.extend(LINUX);
        expected.extend(EXPECTED_LINUX);
        expected.extend(LINUX.iter().filter(|(_, value)| *value == "1").map(|(name, _)| name));
    }

    let mut config = cmake::Config::new(&dir);
    config.profile("Release").always_configure(true).build_target("libzmq-static");
    config.out_dir(target.out.join("libzmq")).cxxflag("-fvisibility-inlines-hidden");
    for (name, value) in options {
        config.define(name, value);
    }
    let includes = sodium.includes.each_ref().map(|path| path.display().to_string()).join(";");
    config.define("CMAKE_MODULE_PATH", target.root.join("build/cmake"));
    config.define("CMAKE_PROJECT_ZeroMQ_INCLUDE", target.root.join("build/glue/glue.cmake"));
    config.define("SODIUM_INCLUDE_DIRS", includes).define("SODIUM_LIBRARIES", &sodium.library);
    for flag in target.flags() {
        config.cflag(&flag).cxxflag(&flag);
    }
    if target.windows() {
        let shim = target.root.join("build/mingw");
        config.cxxflag("-DZMQ_STATIC").cxxflag("-D_wtmpnam_s=addin_zeromq_wtmpnam_s");
        config.cxxflag(format!("-I{}", shim.display()));
    }
    let built = config.build().join("build");

    let platform = fs::read_to_string(built.join("platform.hpp")).unwrap_or_default();
    expected.retain(|name| !platform.lines().any(|line| line.trim_end() == format!("#define {name}")));
    if !expected.is_empty() {
        fail(format!(
            "CMake made a platform.hpp of libzmq without {}; see build/CMakeFiles/CMakeError.log \
             or CMakeConfigureLog.yaml below {}",
            expected.join(", "),
            built.display()
        ));
    }
}
