//! Whether strangers can reach an endpoint.

use std::net::IpAddr;

/// Whether other computers reach what is bound here; of a name that only the system understands, yes. To be asked of the
/// address as libzmq resolved it.
pub fn is_public(endpoint: &str) -> bool {
    let Some((host, _)) = endpoint.strip_prefix("tcp://").and_then(|rest| rest.rsplit_once(':')) else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let bare = host.split('%').next().unwrap_or_default();
    match bare.parse::<IpAddr>() {
        Ok(address) => !address.to_canonical().is_loopback(),
        Err(_) => !["localhost", "lo"].contains(&bare.to_ascii_lowercase().as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn what_others_reach_is_public() {
        for endpoint in [
            "tcp://0.0.0.0:1",
            "tcp://*:1",
            "tcp://[::]:1",
            "tcp://10.0.0.1:1",
            "tcp://eth0:1",
            "tcp://[fe80::1%eth0]:1",
        ] {
            assert!(is_public(endpoint), "{endpoint}");
        }
        for endpoint in [
            "tcp://127.0.0.1:1",
            "tcp://127.8.9.10:*",
            "tcp://[::1]:1",
            "tcp://[::ffff:127.0.0.1]:1",
            "tcp://localhost:1",
            "tcp://lo:1",
            "ipc:///tmp/a:1",
            "inproc://a:1",
            "",
        ] {
            assert!(!is_public(endpoint), "{endpoint}");
        }
    }
}
