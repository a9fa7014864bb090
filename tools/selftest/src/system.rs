//! What is asked of the system past Rust's library: the console, Unix sockets, an end without ceremony.

/// Ends this process at once: whatever hangs may hold locks that an orderly end would wait for.
pub fn end_now(code: u8) -> ! {
    imp::end_now(code)
}

/// Makes the console take UTF-8, until the value is dropped.
#[must_use]
pub fn utf8_console() -> impl Drop {
    imp::Console::new()
}

/// Whether the window closes when this program ends: it was started by a double click.
pub fn owns_its_console() -> bool {
    imp::owns_its_console()
}

/// Whether the system itself has stream sockets of AF_UNIX, which `ipc://` is made of.
pub fn has_unix_sockets() -> bool {
    imp::has_unix_sockets()
}

/// Whether the file system of that folder lets no code run from it.
pub fn is_noexec(folder: &std::path::Path) -> bool {
    imp::is_noexec(folder)
}

/// The system's name and version, as far as it tells.
pub fn description() -> String {
    let name = imp::name().unwrap_or_default();
    format!("{} {} {name}", std::env::consts::OS, std::env::consts::ARCH).trim_end().to_owned()
}

#[cfg(unix)]
mod imp {
    pub fn end_now(code: u8) -> ! {
        // SAFETY: takes a number and does not return.
        unsafe { libc::_exit(code.into()) }
    }

    pub struct Console;

    impl Console {
        pub fn new() -> Self {
            Self
        }
    }

    impl Drop for Console {
        fn drop(&mut self) {}
    }

    pub fn owns_its_console() -> bool {
        false
    }

    pub fn has_unix_sockets() -> bool {
        true
    }

    pub fn is_noexec(folder: &std::path::Path) -> bool {
        let Ok(folder) = std::ffi::CString::new(folder.as_os_str().as_encoded_bytes()) else {
            return false;
        };
        // SAFETY: the name ends with zero; a struct of numbers may be all zeros, and is of the size that is written.
        unsafe {
            let mut about: libc::statvfs64 = std::mem::zeroed();
            libc::statvfs64(folder.as_ptr(), &raw mut about) == 0 && about.f_flag & libc::ST_NOEXEC != 0
        }
    }

    pub fn name() -> Option<String> {
        let release = std::fs::read_to_string("/etc/os-release").ok()?;
        let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(format!("({})", name.trim_matches('"')))
    }
}

#[cfg(windows)]
mod imp {
    use std::ffi::c_void;
    use std::process::Command;

    const UTF_8: u32 = 65001;
    const AF_UNIX: i32 = 1;
    const SOCK_STREAM: i32 = 1;
    const INVALID_SOCKET: usize = usize::MAX;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetConsoleOutputCP() -> u32;
        fn SetConsoleOutputCP(code_page: u32) -> i32;
        fn GetConsoleProcessList(ids: *mut u32, count: u32) -> u32;
        fn GetCurrentProcess() -> *mut c_void;
        fn TerminateProcess(process: *mut c_void, code: u32) -> i32;
    }

    // Linked by the program, so that it stays loaded while the component comes and goes.
    #[link(name = "ws2_32")]
    unsafe extern "system" {
        fn WSAStartup(version: u16, data: *mut c_void) -> i32;
        fn socket(family: i32, kind: i32, protocol: i32) -> usize;
        fn closesocket(socket: usize) -> i32;
    }

    pub fn end_now(code: u8) -> ! {
        // SAFETY: both take and give plain values; the process is this one.
        unsafe { TerminateProcess(GetCurrentProcess(), code.into()) };
        std::process::abort()
    }

    /// The code page from before; 0 where there is no console.
    pub struct Console(u32);

    impl Console {
        pub fn new() -> Self {
            // SAFETY: both take and give numbers.
            unsafe {
                let before = GetConsoleOutputCP();
                SetConsoleOutputCP(UTF_8);
                Self(before)
            }
        }
    }

    impl Drop for Console {
        fn drop(&mut self) {
            if self.0 != 0 {
                // SAFETY: takes a number.
                unsafe { SetConsoleOutputCP(self.0) };
            }
        }
    }

    pub fn owns_its_console() -> bool {
        let mut ids = [0u32; 2];
        // SAFETY: the array holds as many numbers as is said.
        unsafe { GetConsoleProcessList(ids.as_mut_ptr(), 2) == 1 }
    }

    pub fn has_unix_sockets() -> bool {
        // WSADATA has 408 bytes at the most.
        let mut data = [0u64; 64];
        // SAFETY: `data` is larger than WSADATA; the socket is closed by the one who made it.
        unsafe {
            if WSAStartup(0x0202, data.as_mut_ptr().cast()) != 0 {
                return false;
            }
            let made = socket(AF_UNIX, SOCK_STREAM, 0);
            made != INVALID_SOCKET && closesocket(made) == 0
        }
    }

    pub fn is_noexec(_: &std::path::Path) -> bool {
        false
    }

    pub fn name() -> Option<String> {
        let told = Command::new("cmd").args(["/c", "ver"]).output().ok()?;
        Some(format!("({})", String::from_utf8_lossy(&told.stdout).trim()))
    }
}
