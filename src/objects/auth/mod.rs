//! ZeroMQ.Auth: who may come in to sockets with a domain.

mod errors;
mod journal;
mod net;
#[cfg(test)]
mod row_tests;
mod rows;
mod tables;

use super::keys;
use crate::native_api::Surroundings;
use crate::schema::{ClassSet, Me, Outcome, TextOrBlob};
use crate::zmq::{self, CurveKey};
use net::Net;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tables::{HANDLER, Owner, Tables, state};

pub use rows::ONLY;

/// Whoever comes in to a socket with a domain from now on is asked about.
///
/// # Errors
/// EFORKED, EMFILE, EAGAIN.
pub fn stand() -> Outcome {
    HANDLER.stand().map_err(errors::not_standing)
}

/// An Auth as BSL sees it.
pub struct Auth {
    owner: Owner,
    /// Whether it ever asked for the tables: forks are watched since.
    used: AtomicBool,
    closed: bool,
}

impl Auth {
    pub fn new(_: ClassSet, _: Surroundings, _: Me<Self>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self { owner: NUMBER.fetch_add(1, Ordering::Relaxed), used: AtomicBool::new(false), closed: false }
    }

    pub fn add_key(&self, key: TextOrBlob<'_>, domain: Option<&[u16]>) -> Outcome {
        let key = public_key(key)?;
        self.add(domain, |tables| tables.add_key(key))
    }

    pub fn remove_key(&self, key: TextOrBlob<'_>, domain: Option<&[u16]>) -> Outcome<bool> {
        let key = public_key(key)?;
        self.remove(domain, |tables| tables.remove_key(&key))
    }

    pub fn add_user(&self, user: &[u16], password: &[u16], domain: Option<&[u16]>) -> Outcome {
        let user = keys::short_text(keys::USER, user)?;
        let password = keys::short_text(keys::PASSWORD, password)?;
        self.add(domain, |tables| tables.add_user(&user, password.as_bytes()))
    }

    pub fn remove_user(&self, user: &[u16], domain: Option<&[u16]>) -> Outcome<bool> {
        let user = keys::short_text(keys::USER, user)?;
        self.remove(domain, |tables| tables.remove_user(&user))
    }

    pub fn add_address(&self, address: &[u16], domain: Option<&[u16]>) -> Outcome {
        let net = net(address)?;
        self.add(domain, |tables| tables.add_net(net))
    }

    pub fn remove_address(&self, address: &[u16], domain: Option<&[u16]>) -> Outcome<bool> {
        let net = net(address)?;
        self.remove(domain, |tables| tables.remove_net(net))
    }

    /// Whoever has the mechanism's way to ask may come in, whoever he is; or no longer.
    pub fn allow_any(&self, domain: Option<&[u16]>, any: bool) -> Outcome {
        self.with_tables(domain, |_, tables| {
            tables.allow_any(any);
            Ok(())
        })
    }

    /// Gives a domain up, with its tables; false where it did not have it.
    pub fn release(&self, domain: Option<&[u16]>) -> Outcome<bool> {
        self.check()?;
        let domain = keys::domain(domain)?;
        state().release(self.owner, &domain).map_err(|why| errors::not_owned(&domain, why))
    }

    /// Up to so many decisions as JSON.
    pub fn read_decisions(&self, most: usize) -> Outcome<String> {
        self.check()?;
        Ok(state().journal(self.owner).read(most))
    }

    /// Nobody comes in to its domains any more.
    pub fn close(&mut self) {
        if !self.closed && *self.used.get_mut() && !zmq::is_forked() {
            state().leave(self.owner);
        }
        self.closed = true;
    }

    /// Comes before the tables' lock, which a thread may hold while another forks.
    fn check(&self) -> Outcome {
        if zmq::is_forked() {
            return Err(errors::not_standing(zmq::Error::FORKED));
        }
        if self.closed {
            return Err(errors::closed());
        }
        zmq::prepare().map_err(errors::not_standing)?;
        self.used.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn add(&self, domain: Option<&[u16]>, add: impl FnOnce(&mut Tables)) -> Outcome {
        self.with_tables(domain, |domain, tables| {
            if !tables.have_room() {
                return Err(errors::full(domain));
            }
            add(tables);
            Ok(())
        })
    }

    fn with_tables(&self, domain: Option<&[u16]>, change: impl FnOnce(&str, &mut Tables) -> Outcome) -> Outcome {
        self.check()?;
        let domain = keys::domain(domain)?;
        stand()?;
        change(&domain, state().own(self.owner, &domain).map_err(|why| errors::not_owned(&domain, why))?)
    }

    fn remove(&self, domain: Option<&[u16]>, remove: impl FnOnce(&mut Tables) -> bool) -> Outcome<bool> {
        self.check()?;
        let domain = keys::domain(domain)?;
        let mut state = state();
        let tables = state.owned(self.owner, &domain).map_err(|why| errors::not_owned(&domain, why))?;
        Ok(tables.is_some_and(remove))
    }
}

impl Drop for Auth {
    fn drop(&mut self) {
        self.close();
    }
}

fn public_key(given: TextOrBlob<'_>) -> Outcome<CurveKey> {
    let mut key = CurveKey::default();
    keys::read(keys::PUBLIC_KEY, given, &mut key)?;
    Ok(key)
}

fn net(units: &[u16]) -> Outcome<Net> {
    // Longer than any.
    let text = if units.len() > 64 { String::new() } else { String::from_utf16_lossy(units) };
    Net::read(&text).ok_or_else(errors::no_address)
}
