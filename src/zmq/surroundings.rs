//! What the system tells of this process and this library.

use std::path::PathBuf;

/// The folder that this library was loaded from; None where the system does not tell.
#[must_use]
pub fn library_folder() -> Option<PathBuf> {
    let mut file = platform::library_file()?;
    file.pop().then_some(file)
}

/// The number by which the system's tools know the calling thread.
#[must_use]
pub fn thread_number() -> u64 {
    platform::thread_number()
}

/// Runs `last` when the process ends by itself, where the system lets it run while other threads still do. The library must
/// stay in memory: see `stay`.
pub fn at_exit(last: extern "C" fn()) {
    platform::at_exit(last);
}

/// How many descriptors the process has open; on Windows, handles of every kind. None where the system does not tell.
#[must_use]
pub fn descriptors() -> Option<u64> {
    platform::descriptors()
}

#[cfg(unix)]
mod platform {
    use std::ffi::CStr;
    use std::fs;
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    pub(super) fn library_file() -> Option<PathBuf> {
        let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
        // SAFETY: the address is of a function of ours, and dladdr writes a Dl_info.
        let found = unsafe { libc::dladdr(library_file as *const libc::c_void, info.as_mut_ptr()) };
        // SAFETY: zeroed memory is a valid Dl_info, whether dladdr filled it or not.
        let name = unsafe { info.assume_init() }.dli_fname;
        if found == 0 || name.is_null() {
            return None;
        }
        // SAFETY: the loader's own text, which ends with a NUL and stays while this library, which runs, is loaded.
        let name = unsafe { CStr::from_ptr(name) };
        // Relative where it was loaded so, and then as good as it is now.
        std::path::absolute(std::ffi::OsStr::from_bytes(name.to_bytes())).ok()
    }

    pub(super) fn thread_number() -> u64 {
        // SAFETY: no precondition. glibc has a function for it only since 2.30.
        let number = unsafe { libc::syscall(libc::SYS_gettid) };
        u64::try_from(number).unwrap_or(0)
    }

    pub(super) fn at_exit(last: extern "C" fn()) {
        // SAFETY: a function without parameters, in a library that stays. Where there is no room for it nothing is run.
        unsafe { libc::atexit(last) };
    }

    pub(super) fn descriptors() -> Option<u64> {
        const OWN: &str = "/proc/self/fd";
        // Since Linux 6.2 the folder's size is their number: nothing needs to be opened to learn it.
        let known = fs::metadata(OWN).ok()?.len();
        if known > 0 {
            return Some(known);
        }
        match fs::read_dir(OWN) {
            // One of them is for reading the folder.
            Ok(open) => u64::try_from(open.count()).ok()?.checked_sub(1),
            // None is left.
            Err(error) if error.raw_os_error() == Some(libc::EMFILE) => crate::zmq::descriptor_limit().map(u64::from),
            Err(_) => None,
        }
    }
}

#[cfg(windows)]
mod platform {
    use std::ffi::{OsString, c_void};
    use std::os::windows::ffi::OsStringExt;
    use std::path::PathBuf;
    use std::ptr;

    const FROM_ADDRESS: u32 = 4;
    const UNCHANGED_COUNT: u32 = 2;

    /// Longer than any path.
    const LONGEST: u32 = 32_768;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadId() -> u32;
        fn GetCurrentProcess() -> *mut c_void;
        fn GetModuleFileNameW(module: *mut c_void, name: *mut u16, size: u32) -> u32;
        fn GetModuleHandleExW(flags: u32, name: *const u16, module: *mut *mut c_void) -> i32;
        fn GetProcessHandleCount(process: *mut c_void, count: *mut u32) -> i32;
    }

    pub(super) fn library_file() -> Option<PathBuf> {
        let mut module = ptr::null_mut();
        let address = library_file as *const u16;
        // SAFETY: with FROM_ADDRESS the name is any address inside the module: that of a function of ours.
        let found = unsafe { GetModuleHandleExW(FROM_ADDRESS | UNCHANGED_COUNT, address, &raw mut module) };
        if found == 0 {
            return None;
        }
        let mut name = vec![0; LONGEST as usize];
        // SAFETY: a live module, that of this code, and a buffer of LONGEST units.
        let length = unsafe { GetModuleFileNameW(module, name.as_mut_ptr(), LONGEST) };
        if length == 0 || length >= LONGEST {
            return None;
        }
        name.truncate(length as usize);
        Some(OsString::from_wide(&name).into())
    }

    pub(super) fn thread_number() -> u64 {
        // SAFETY: no precondition.
        unsafe { GetCurrentThreadId() }.into()
    }

    /// A library's last call comes when the other threads are gone.
    pub(super) fn at_exit(_: extern "C" fn()) {}

    pub(super) fn descriptors() -> Option<u64> {
        let mut count = 0;
        // SAFETY: the process's own pseudo handle, and one writable number.
        let told = unsafe { GetProcessHandleCount(GetCurrentProcess(), &raw mut count) };
        (told != 0).then_some(count.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_lies_where_its_code_was_loaded_from() {
        let program = std::env::current_exe().unwrap();
        assert_eq!(library_folder().as_deref(), program.parent());
    }

    #[test]
    fn each_thread_has_a_number() {
        let other = std::thread::spawn(thread_number).join().unwrap();
        assert!(other != 0 && thread_number() != 0 && other != thread_number());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_opened_is_counted() {
        let listed = || std::fs::read_dir("/proc/self/fd").unwrap().count() as u64 - 1;
        // Other tests open and close at the same time.
        let agrees = (0..100).any(|_| descriptors() == Some(listed()));
        assert!(agrees, "{:?} {}", descriptors(), listed());
        let before = descriptors().unwrap();
        let many: Vec<_> = (0..500).map(|_| std::fs::File::open("/dev/null").unwrap()).collect();
        assert!(descriptors().unwrap() >= before + 400);
        drop(many);
        assert!(crate::zmq::descriptor_limit().is_none_or(|limit| u64::from(limit) >= before));
    }
}
