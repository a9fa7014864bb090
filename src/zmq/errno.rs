//! The operating system's error numbers by name: libzmq hands on whatever a system call gave it.

use std::ffi::c_int;

macro_rules! names {
    ($($name:ident)*) => { &[$((libc::$name, stringify!($name))),*] };
}

/// What Linux, Windows and their like have in common.
#[rustfmt::skip]
const EVERYWHERE: &[(c_int, &str)] = names![
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT EBUSY EEXIST EXDEV
    ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE
    EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ENOMSG EIDRM ENOSTR ENODATA ETIME ENOSR ENOLINK EPROTO EBADMSG
    EOVERFLOW EILSEQ ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT EAFNOSUPPORT EADDRINUSE
    EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ETIMEDOUT
    ECONNREFUSED EHOSTUNREACH EALREADY EINPROGRESS ECANCELED EOWNERDEAD ENOTRECOVERABLE
];

/// Where a number has two names (EAGAIN and EWOULDBLOCK, ENOTSUP and EOPNOTSUPP) the first holds.
#[cfg(target_os = "linux")]
#[rustfmt::skip]
const HERE: &[(c_int, &str)] = names![
    ENOTSUP ENOTBLK ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT
    EBFONT ENONET ENOPKG EREMOTE EADV ESRMNT ECOMM EMULTIHOP EDOTDOT ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN
    ELIBMAX ELIBEXEC ERESTART ESTRPIPE EUSERS ESOCKTNOSUPPORT EPFNOSUPPORT ESHUTDOWN ETOOMANYREFS EHOSTDOWN ESTALE
    EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED
    ERFKILL EHWPOISON
];

#[cfg(windows)]
const HERE: &[(c_int, &str)] = names![ENOTSUP EOPNOTSUPP EWOULDBLOCK];

#[cfg(not(any(target_os = "linux", windows)))]
const HERE: &[(c_int, &str)] = &[];

/// The name of a number of the operating system.
pub(super) fn name(number: c_int) -> Option<&'static str> {
    [EVERYWHERE, HERE].into_iter().flatten().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_for_each_number_and_none_for_others() {
        assert_eq!(name(libc::ENOSPC), Some("ENOSPC"));
        assert_eq!(name(libc::EAGAIN), Some("EAGAIN"));
        assert_eq!([name(0), name(-1), name(9999)], [None; 3]);
    }

    /// The system itself says which numbers it has.
    #[test]
    #[cfg(target_os = "linux")]
    fn every_number_of_the_system_has_a_name() {
        for number in 1..=140 {
            let spoken = std::io::Error::from_raw_os_error(number).to_string();
            assert_ne!(name(number).is_some(), spoken.starts_with("Unknown error"), "{number}: {spoken}");
        }
    }
}
