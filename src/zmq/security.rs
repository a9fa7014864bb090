//! What makes a socket prove who it is, and ask who its peer is: PLAIN and CURVE, the domain of ZAP; and CURVE's keys.

use super::error::{Error, Result};
use super::message::Message;
use super::option::BytesOption;
use super::socket::Socket;
use std::ffi::c_int;
use zeroize::{Zeroize, Zeroizing};
use zmq_sys as sys;

/// Options of zmq.h.
const PLAIN_SERVER: c_int = 44;
const PLAIN_USERNAME: c_int = 45;
const PLAIN_PASSWORD: c_int = 46;
const CURVE_SERVER: c_int = 47;
const CURVE_PUBLICKEY: c_int = 48;
const CURVE_SECRETKEY: c_int = 49;
const CURVE_SERVERKEY: c_int = 50;
const ZAP_ENFORCE_DOMAIN: c_int = 93;

const ON: [u8; 4] = 1_i32.to_ne_bytes();

/// A key of CURVE, public or secret.
pub type CurveKey = [u8; 32];

unsafe extern "C" {
    /// 0, 1 where it was called before, -1 where the system gives no random numbers.
    fn sodium_init() -> c_int;
    fn crypto_box_keypair(public: *mut u8, secret: *mut u8) -> c_int;
    fn crypto_scalarmult_base(public: *mut u8, secret: *const u8) -> c_int;
}

/// A new secret key, from the system's random numbers. Made where it stays: nothing of it is left elsewhere.
///
/// # Errors
/// EAGAIN: the system gives no random numbers.
pub fn new_secret_key(secret: &mut Zeroizing<CurveKey>) -> Result<()> {
    let mut public = CurveKey::default();
    // SAFETY: no precondition; any thread may call it at any time.
    if unsafe { sodium_init() } < 0 {
        return Err(Error::AGAIN);
    }
    // SAFETY: both are 32 writable bytes, all that is written.
    if unsafe { crypto_box_keypair(public.as_mut_ptr(), secret.as_mut_ptr()) } == 0 {
        Ok(())
    } else {
        Err(Error::AGAIN)
    }
}

/// The public key that belongs to a secret one.
#[must_use]
pub fn public_key(secret: &CurveKey) -> CurveKey {
    let mut public = CurveKey::default();
    // SAFETY: 32 bytes each, read and written; it cannot fail, and needs no random numbers.
    unsafe { crypto_scalarmult_base(public.as_mut_ptr(), secret.as_ptr()) };
    public
}

impl Socket {
    /// Whoever comes in, over whatever mechanism, is one that the handler of ZAP lets in for this domain, which must not be
    /// empty: without a handler, or without an answer of his, nobody is.
    ///
    /// # Errors
    /// EINVAL: the domain is empty, with which libzmq would ask nobody. EFORKED.
    pub fn ask_zap(&mut self, domain: &str) -> Result<()> {
        if domain.is_empty() {
            return Err(Error::INVALID);
        }
        self.set_raw(ZAP_ENFORCE_DOMAIN, &ON)?;
        self.set_bytes(BytesOption::ZapDomain, domain.as_bytes())
    }

    /// Its peers have to know the public key that belongs to this one, and tell theirs.
    ///
    /// # Errors
    /// EFORKED.
    pub fn be_curve_server(&mut self, secret: &CurveKey) -> Result<()> {
        self.set_raw(CURVE_SECRETKEY, secret)?;
        self.set_raw(CURVE_SERVER, &ON)
    }

    /// Its peers have to be the server with this public key; they are told that it is the owner of `secret`.
    ///
    /// # Errors
    /// EFORKED.
    pub fn be_curve_client(&mut self, server: &CurveKey, secret: &CurveKey) -> Result<()> {
        self.set_raw(CURVE_PUBLICKEY, &public_key(secret))?;
        self.set_raw(CURVE_SECRETKEY, secret)?;
        self.set_raw(CURVE_SERVERKEY, server)
    }

    /// Its peers have to tell a user's name and password.
    ///
    /// # Errors
    /// EFORKED.
    pub fn be_plain_server(&mut self) -> Result<()> {
        self.set_raw(PLAIN_SERVER, &ON)
    }

    /// It tells its peers this name and this password.
    ///
    /// # Errors
    /// EINVAL: one of them is empty, with which libzmq would do without any mechanism, or longer than 255 bytes. EFORKED.
    pub fn be_plain_client(&mut self, user: &[u8], password: &[u8]) -> Result<()> {
        if user.is_empty() || password.is_empty() {
            return Err(Error::INVALID);
        }
        self.set_raw(PLAIN_USERNAME, user)?;
        self.set_raw(PLAIN_PASSWORD, password)
    }
}

impl Message {
    /// Overwrites the content, before it is given back. It must not be one that a second owner has.
    pub fn wipe(&mut self) {
        let size = self.bytes().len();
        if size > 0 {
            // SAFETY: an initialised message, whose content is so many writable bytes; the mutable reference keeps it alone.
            unsafe { std::slice::from_raw_parts_mut(sys::zmq_msg_data(self.raw()).cast::<u8>(), size) }.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_pairs_and_never_the_same() {
        let mut keys = [Zeroizing::new(CurveKey::default()), Zeroizing::new(CurveKey::default())];
        for key in &mut keys {
            new_secret_key(key).unwrap();
        }
        assert_ne!(keys[0], keys[1]);
        // RFC 7748, 6.1: Alice's.
        let secret = b"\x77\x07\x6d\x0a\x73\x18\xa5\x7d\x3c\x16\xc1\x72\x51\xb2\x66\x45\xdf\x4c\x2f\x87\xeb\xc0\x99\x2a\xb1\x77\xfb\xa5\x1d\xb9\x2c\x2a";
        assert_eq!(public_key(secret)[..4], [0x85, 0x20, 0xf0, 0x09]);
    }

    #[test]
    fn a_message_is_overwritten_where_it_lies() {
        for size in [0, 5, 33, 34, 5000] {
            let mut message = Message::from_bytes(&vec![7; size]).unwrap();
            message.wipe();
            assert_eq!(message.bytes(), vec![0; size]);
        }
    }
}
