//! Who is let in, for the whole process: the domains, each with its owner and its tables; and the decision itself, which the
//! handler of ZAP asks for on its own thread.

use super::journal::{Decision, Journal, Reason};
use super::net::{Net, Nets};
use crate::background::{Question, ZapHandler};
use crate::objects::keys;
use crate::zmq::CurveKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Asks here.
pub static HANDLER: ZapHandler = ZapHandler::new(decide);

/// Entries that the tables of a domain may have, all together, and domains that there may be.
pub const MOST_ENTRIES: usize = 100_000;
pub const MOST_DOMAINS: usize = 1000;

/// Of an Auth, for as long as it lives.
pub type Owner = u64;

static STATE: Mutex<State> = Mutex::new(State { domains: BTreeMap::new(), journals: BTreeMap::new() });

/// A leaf: see `handle`. No child of a fork may take it: another thread of the parent's may hold it for ever.
#[derive(Default)]
pub struct State {
    domains: BTreeMap<String, Domain>,
    journals: BTreeMap<Owner, Journal>,
}

/// What belongs to one Auth.
struct Domain {
    owner: Owner,
    tables: Tables,
}

/// Who is let in to a domain.
#[derive(Default)]
pub struct Tables {
    any: bool,
    keys: BTreeSet<CurveKey>,
    users: BTreeMap<String, Zeroizing<Box<[u8]>>>,
    nets: Nets,
}

/// Why an Auth does not have a domain.
#[derive(Debug, PartialEq, Eq)]
pub enum NotOwned {
    /// It belongs to another.
    Taken,
    /// There is no room for one more.
    TooMany,
}

pub fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// The tables of a domain, which belongs to this owner from now on, if it is nobody else's.
    pub fn own(&mut self, owner: Owner, domain: &str) -> Result<&mut Tables, NotOwned> {
        if !self.domains.contains_key(domain) && self.domains.len() >= MOST_DOMAINS {
            return Err(NotOwned::TooMany);
        }
        let domain =
            self.domains.entry(domain.to_owned()).or_insert_with(|| Domain { owner, tables: Tables::default() });
        if domain.owner == owner { Ok(&mut domain.tables) } else { Err(NotOwned::Taken) }
    }

    /// The tables of a domain that belongs to this owner already; None where it does not, and is nobody's.
    pub fn owned(&mut self, owner: Owner, domain: &str) -> Result<Option<&mut Tables>, NotOwned> {
        match self.domains.get_mut(domain) {
            Some(domain) if domain.owner != owner => Err(NotOwned::Taken),
            found => Ok(found.map(|domain| &mut domain.tables)),
        }
    }

    /// The domain is nobody's, and lets nobody in.
    pub fn release(&mut self, owner: Owner, domain: &str) -> Result<bool, NotOwned> {
        let was = self.owned(owner, domain)?.is_some();
        if was {
            self.domains.remove(domain);
        }
        Ok(was)
    }

    /// Nothing of this owner is left.
    pub fn leave(&mut self, owner: Owner) {
        self.domains.retain(|_, domain| domain.owner != owner);
        self.journals.remove(&owner);
    }

    /// What was decided in the domains of this owner.
    pub fn journal(&mut self, owner: Owner) -> &mut Journal {
        self.journals.entry(owner).or_default()
    }
}

impl Tables {
    pub const fn allow_any(&mut self, any: bool) {
        self.any = any;
    }

    pub fn add_key(&mut self, key: CurveKey) {
        self.keys.insert(key);
    }

    pub fn remove_key(&mut self, key: &CurveKey) -> bool {
        self.keys.remove(key)
    }

    /// A user who is there has another password from now on.
    pub fn add_user(&mut self, user: &str, password: &[u8]) {
        self.users.insert(user.to_owned(), Zeroizing::new(password.into()));
    }

    pub fn remove_user(&mut self, user: &str) -> bool {
        self.users.remove(user).is_some()
    }

    pub fn add_net(&mut self, net: Net) {
        self.nets.add(net);
    }

    pub fn remove_net(&mut self, net: Net) -> bool {
        self.nets.remove(net)
    }

    /// Whether there is room for one more entry.
    pub fn have_room(&self) -> bool {
        self.keys.len() + self.users.len() + self.nets.len() < MOST_ENTRIES
    }

    /// Whether a peer is let in, and as whom.
    fn judge(&self, question: &Question<'_>, address: &str) -> (&'static str, Option<String>, Reason) {
        let credentials = question.credentials;
        let (mechanism, user, reason) = match (question.mechanism, credentials) {
            (b"NULL", []) => {
                let known = if self.nets.are_there() { Reason::Address } else { Reason::NoCredentials };
                ("NULL", None, if self.any { Reason::AllowAny } else { known })
            }
            (b"PLAIN", [user, password]) => {
                let (user, reason) = self.judge_user(user.bytes(), password.bytes());
                ("PLAIN", user, reason)
            }
            (b"CURVE", [key]) => match CurveKey::try_from(key.bytes()) {
                Ok(key) => {
                    let known = if self.keys.contains(&key) { Reason::Key } else { Reason::UnknownKey };
                    let reason = if self.any && !known.lets_in() { Reason::AllowAny } else { known };
                    ("CURVE", Some(keys::z85(&key).as_str().to_owned()), reason)
                }
                Err(_) => ("CURVE", None, Reason::UnknownMechanism),
            },
            _ => ("?", None, Reason::UnknownMechanism),
        };
        let elsewhere = self.nets.are_there() && !self.nets.have(address);
        let reason = if elsewhere && reason.lets_in() { Reason::UnknownAddress } else { reason };
        (mechanism, user, reason)
    }

    fn judge_user(&self, user: &[u8], password: &[u8]) -> (Option<String>, Reason) {
        let known = str::from_utf8(user).ok().and_then(|user| self.users.get_key_value(user));
        let right = is_same(known.map_or(&[], |(_, password)| password), password);
        match known {
            Some((user, _)) if right => (Some(user.clone()), Reason::User),
            _ if self.any => (known.map(|(user, _)| user.clone()), Reason::AllowAny),
            Some((user, _)) => (Some(user.clone()), Reason::WrongPassword),
            None => (None, Reason::UnknownUser),
        }
    }
}

/// In a time that does not tell where they differ.
fn is_same(kept: &[u8], told: &[u8]) -> bool {
    let apart = (0..told.len()).fold(u8::from(kept.len() != told.len()), |apart, at| {
        std::hint::black_box(apart | (told[at] ^ kept.get(at).copied().unwrap_or(0)))
    });
    apart == 0
}

/// Whom the handler lets in: nobody to a domain that is nobody's.
fn decide(question: &Question<'_>) -> Option<String> {
    let domain = str::from_utf8(question.domain).ok()?;
    let address = str::from_utf8(question.address).unwrap_or_default();
    // Over ipc the system tells of the process, which is no address.
    let address = if address.starts_with(':') && !address.starts_with("::") { "" } else { address };
    let mut state = state();
    let Domain { owner, tables } = state.domains.get(domain)?;
    let (owner, (mechanism, user, reason)) = (*owner, tables.judge(question, address));
    state.journal(owner).add(Decision {
        domain: domain.to_owned(),
        address: address.to_owned(),
        mechanism,
        user: user.clone(),
        reason,
    });
    reason.lets_in().then(|| proven(mechanism, user, reason).unwrap_or_default())
}

/// By what name messages come: a key is always proven, a name only by its password. The journal has either.
fn proven(mechanism: &str, user: Option<String>, reason: Reason) -> Option<String> {
    user.filter(|_| mechanism != "PLAIN" || reason == Reason::User)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::Message;

    const KEY: CurveKey = [7; 32];

    fn judged(tables: &Tables, mechanism: &str, credentials: &[&[u8]], address: &str) -> Reason {
        let credentials: Vec<_> = credentials.iter().map(|it| Message::from_bytes(it).unwrap()).collect();
        let question = Question {
            domain: b"global",
            address: address.as_bytes(),
            mechanism: mechanism.as_bytes(),
            credentials: &credentials,
        };
        tables.judge(&question, address).2
    }

    #[test]
    fn empty_tables_let_nobody_in() {
        let tables = Tables::default();
        assert_eq!(judged(&tables, "NULL", &[], "127.0.0.1"), Reason::NoCredentials);
        assert_eq!(judged(&tables, "PLAIN", &[b"", b""], "127.0.0.1"), Reason::UnknownUser);
        assert_eq!(judged(&tables, "CURVE", &[&KEY], "127.0.0.1"), Reason::UnknownKey);
        assert!(!Reason::NoCredentials.lets_in() && !Reason::UnknownUser.lets_in() && !Reason::UnknownKey.lets_in());
    }

    #[test]
    fn only_who_is_in_the_tables_is_let_in() {
        let mut tables = Tables::default();
        tables.add_key(KEY);
        tables.add_user("user", b"word");
        for (mechanism, credentials, reason) in [
            ("CURVE", &[&KEY[..]][..], Reason::Key),
            ("CURVE", &[&[8; 32]], Reason::UnknownKey),
            ("CURVE", &[&KEY[..31]], Reason::UnknownMechanism),
            ("CURVE", &[&KEY, &KEY], Reason::UnknownMechanism),
            ("CURVE", &[], Reason::UnknownMechanism),
            ("PLAIN", &[b"user", b"word"], Reason::User),
            ("PLAIN", &[b"user", b"worD"], Reason::WrongPassword),
            ("PLAIN", &[b"user", b"wor"], Reason::WrongPassword),
            ("PLAIN", &[b"user", b"word\0"], Reason::WrongPassword),
            ("PLAIN", &[b"user", b""], Reason::WrongPassword),
            ("PLAIN", &[b"User", b"word"], Reason::UnknownUser),
            ("PLAIN", &[b"\xff", b"word"], Reason::UnknownUser),
            ("PLAIN", &[b"user"], Reason::UnknownMechanism),
            ("GSSAPI", &[b"user"], Reason::UnknownMechanism),
            ("NULL", &[], Reason::NoCredentials),
            ("NULL", &[b"user"], Reason::UnknownMechanism),
        ] {
            assert_eq!(judged(&tables, mechanism, credentials, "127.0.0.1"), reason, "{mechanism} {credentials:?}");
        }
        tables.allow_any(true);
        assert_eq!(judged(&tables, "CURVE", &[&[8; 32]], ""), Reason::AllowAny);
        assert_eq!(judged(&tables, "PLAIN", &[b"user", b"worD"], ""), Reason::AllowAny);
        assert_eq!(judged(&tables, "NULL", &[], ""), Reason::AllowAny);
        assert_eq!(judged(&tables, "GSSAPI", &[], ""), Reason::UnknownMechanism);
        assert!(tables.remove_key(&KEY) && tables.remove_user("user") && !tables.remove_user("user"));
    }

    /// Whoever is let in as anybody is nobody: not he whose name he gave.
    #[test]
    fn a_name_is_told_where_its_password_was() {
        let ask = |mechanism: &str, credentials: &[&[u8]]| {
            let credentials: Vec<_> = credentials.iter().map(|it| Message::from_bytes(it).unwrap()).collect();
            decide(&Question {
                domain: b"proven",
                address: b"",
                mechanism: mechanism.as_bytes(),
                credentials: &credentials,
            })
        };
        let owner = Owner::MAX;
        let change = |change: fn(&mut Tables)| change(state().own(owner, "proven").unwrap());
        change(|tables| tables.add_user("user", b"word"));
        assert_eq!(ask("PLAIN", &[b"user", b"worD"]), None);
        assert_eq!(ask("PLAIN", &[b"user", b"word"]).as_deref(), Some("user"));
        change(|tables| tables.allow_any(true));
        assert_eq!(ask("PLAIN", &[b"user", b"worD"]).as_deref(), Some(""));
        assert_eq!(ask("PLAIN", &[b"other", b"word"]).as_deref(), Some(""));
        assert_eq!(ask("PLAIN", &[b"user", b"word"]).as_deref(), Some("user"));
        assert_eq!(ask("CURVE", &[&KEY]).as_deref(), Some(keys::z85(&KEY).as_str()));
        assert_eq!(ask("NULL", &[]).as_deref(), Some(""));
        let told: serde_json::Value = serde_json::from_str(&state().journal(owner).read(10)).unwrap();
        assert_eq!(
            (&told["decisions"][2]["user"], &told["decisions"][2]["reason"]),
            (&"user".into(), &"AllowAny".into())
        );
        state().leave(owner);
    }

    #[test]
    fn addresses_narrow_what_the_others_allow() {
        let mut tables = Tables::default();
        tables.add_key(KEY);
        tables.add_net(Net::read("10.0.0.0/8").unwrap());
        assert_eq!(judged(&tables, "CURVE", &[&KEY], "10.1.2.3"), Reason::Key);
        assert_eq!(judged(&tables, "CURVE", &[&KEY], "127.0.0.1"), Reason::UnknownAddress);
        assert_eq!(judged(&tables, "CURVE", &[&KEY], ""), Reason::UnknownAddress);
        assert_eq!(judged(&tables, "CURVE", &[&[8; 32]], "10.1.2.3"), Reason::UnknownKey);
        assert_eq!(judged(&tables, "NULL", &[], "10.1.2.3"), Reason::Address);
        tables.allow_any(true);
        assert_eq!(judged(&tables, "NULL", &[], "11.1.2.3"), Reason::UnknownAddress);
    }

    #[test]
    fn a_domain_has_one_owner() {
        let mut state = State::default();
        assert!(state.own(1, "a").is_ok());
        assert!(matches!(state.own(2, "a"), Err(NotOwned::Taken)));
        assert!(matches!(state.owned(2, "a"), Err(NotOwned::Taken)));
        assert_eq!(state.release(2, "a"), Err(NotOwned::Taken));
        assert_eq!(
            (state.release(1, "b"), state.release(1, "a"), state.release(1, "a")),
            (Ok(false), Ok(true), Ok(false))
        );
        assert!(state.own(2, "a").is_ok());
        state.leave(1);
        assert!(matches!(state.own(1, "a"), Err(NotOwned::Taken)));
        state.leave(2);
        assert!(state.own(1, "a").is_ok());
        for number in 1..MOST_DOMAINS {
            assert!(state.own(1, &number.to_string()).is_ok());
        }
        assert!(matches!(state.own(1, "one too many"), Err(NotOwned::TooMany)) && state.own(1, "a").is_ok());
    }
}
