//! Addresses that peers may come from: one, all that begin alike, or this computer's own over ipc.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// As scripts name peers over ipc.
const IPC: &str = "ipc";

/// Addresses whose first bits are these; the others are 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Net {
    Ipc,
    V4 { bits: u32, first: u32 },
    V6 { bits: u32, first: u128 },
}

impl Net {
    /// What a script wrote: `192.168.1.5`, `192.168.1.0/24`, `::1`, `fe80::/10`, `ipc`; None where it means nothing, or the
    /// bits behind those that count are not 0: it is not said then which of the two was meant.
    pub fn read(text: &str) -> Option<Self> {
        if text == IPC {
            return Some(Self::Ipc);
        }
        let Some((address, bits)) = text.split_once('/') else {
            return Some(Self::one(text.parse().ok()?));
        };
        let address: IpAddr = address.parse().ok()?;
        let is_number = !bits.is_empty() && bits.bytes().all(|digit| digit.is_ascii_digit());
        let net = Self::around(address, bits.parse().ok().filter(|_| is_number)?)?;
        let first = match net {
            Self::Ipc => return None,
            Self::V4 { first, .. } => IpAddr::from(first.to_be_bytes()),
            Self::V6 { first, .. } => IpAddr::from(first.to_be_bytes()),
        };
        (first == address).then_some(net)
    }

    /// A single address. One of IPv4 is the same in the form of IPv6.
    fn one(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4 { bits: 32, first: address.to_bits() },
            IpAddr::V6(address) => Self::V6 { bits: 128, first: address.to_bits() },
        }
    }

    /// All that begin with so many bits of an address; None where it has not so many.
    fn around(address: IpAddr, bits: u32) -> Option<Self> {
        Some(match address {
            IpAddr::V4(address) => {
                let rest = 32_u32.checked_sub(bits)?;
                Self::V4 { bits, first: address.to_bits() & u32::MAX.checked_shl(rest).unwrap_or(0) }
            }
            IpAddr::V6(address) => {
                let rest = 128_u32.checked_sub(bits)?;
                Self::V6 { bits, first: address.to_bits() & u128::MAX.checked_shl(rest).unwrap_or(0) }
            }
        })
    }
}

/// From where peers may come; from everywhere as long as it is empty.
#[derive(Default, Debug)]
pub struct Nets(BTreeSet<Net>);

impl Nets {
    /// False where it was there.
    pub fn add(&mut self, net: Net) -> bool {
        self.0.insert(net)
    }

    /// False where it was not there.
    pub fn remove(&mut self, net: Net) -> bool {
        self.0.remove(&net)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are any.
    pub fn are_there(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether one of them has the address that libzmq tells of a peer: over ipc that is none.
    pub fn have(&self, address: &str) -> bool {
        // An address of a link has the link's name behind it.
        let address = address.split('%').next().unwrap_or_default();
        let Ok(address) = address.parse::<IpAddr>() else { return self.0.contains(&Net::Ipc) };
        let address = address.to_canonical();
        (0..=128).map_while(|bits| Net::around(address, bits)).any(|net| self.0.contains(&net))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Nets {
        let mut nets = Nets::default();
        assert!(texts.iter().all(|text| nets.add(Net::read(text).expect(text))));
        nets
    }

    #[test]
    fn a_net_has_what_begins_like_it() {
        let nets = nets(&["10.0.0.0/8", "192.168.1.5", "::1", "fe80::/10", "ipc"]);
        for there in
            ["10.0.0.1", "10.255.255.255", "192.168.1.5", "::1", "fe80::1%eth0", "::ffff:10.1.2.3", "", ":0:0:42"]
        {
            assert!(nets.have(there), "{there}");
        }
        for not in ["11.0.0.1", "9.255.255.255", "192.168.1.4", "::2", "fec0::1", "::ffff:11.0.0.1"] {
            assert!(!nets.have(not), "{not}");
        }
        assert!(Nets::default().0.is_empty() && !Nets::default().have("127.0.0.1") && !Nets::default().have(""));
    }

    #[test]
    fn everything_and_nothing_are_nets_too() {
        assert!(nets(&["0.0.0.0/0"]).have("8.8.8.8") && !nets(&["0.0.0.0/0"]).have("::1"));
        assert!(nets(&["::/0"]).have("::1") && !nets(&["::/0"]).have("8.8.8.8") && !nets(&["::/0"]).have(""));
        assert!(nets(&["127.0.0.1/32"]).have("127.0.0.1"));
        assert_eq!(Net::read("127.0.0.1/32"), Net::read("127.0.0.1"));
        assert_eq!(Net::read("::ffff:127.0.0.1"), Net::read("127.0.0.1"));
    }

    #[test]
    fn what_means_nothing_is_none() {
        for text in [
            "",
            "*",
            "localhost",
            "IPC",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "1.2.3",
            "10.0.0.0/8/8",
            " ::1",
        ] {
            assert_eq!(Net::read(text), None, "{text}");
        }
    }
}
