//! Names and disks as other computers have them, in namespaces that a test makes for itself: a hosts file with names of
//! IPv6 only, a network interface without IPv4, a full disk.
#![cfg(target_os = "linux")]

use host::namespaces::{Place, folder};
use host::reach::{bound_pull, reach};
use host::zmtp::port;
use host::{Host, args, namespaces, secs};

/// Not `::1`: to who asks for IPv4 glibc says 127.0.0.1 then. Lookups ask the hosts file alone.
const PLACE: Place = Place {
    files: &[
        ("hosts", "127.0.0.1 localhost both v4only 123456789012\nfd00:77::1 both v6only\n"),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ],
    script: r#"
mount --bind "$ONEC_HOST_PLACE/hosts" /etc/hosts
mount --bind "$ONEC_HOST_PLACE/nsswitch.conf" /etc/nsswitch.conf
mkdir -p "$ONEC_HOST_PLACE/full"
mount -t tmpfs -o nr_inodes=1 tmpfs "$ONEC_HOST_PLACE/full"
ip link set lo up
ip addr add 127.0.0.5/8 dev lo label lo:5
ip -6 addr add fd00:77::1/128 dev lo nodad
ip link add zmqtest0 type dummy 2>/dev/null || ip link add zmqtest0 type veth peer name zmqtest1
ip link set zmqtest0 up
[ ! -e /sys/class/net/zmqtest1 ] || ip link set zmqtest1 up
ip -6 addr flush dev zmqtest0
ip -6 addr add fe80::77/64 dev zmqtest0 nodad
"#,
};

#[track_caller]
fn in_namespaces<F: FnOnce()>(body: F) {
    namespaces::in_namespaces(&PLACE, secs(120), body);
}

#[test]
fn names_of_either_family_are_reached() {
    in_namespaces(|| {
        let host = Host::built();
        // Bound by a name of IPv6 only.
        let (pull, real) = bound_pull(&host, "tcp://v6only:*");
        assert!(real.starts_with("tcp://[fd00:77::1]:"), "{real}");
        for peer in ["v6only", "V6Only", "[fd00:77::1]"] {
            reach(&host, &pull, &format!("tcp://{peer}:{}", port(&real)));
        }
        pull.must("Unbind", args!["tcp://v6only:*"]);
        // A name of both finds who listens on IPv4 alone, as ever.
        for text in ["tcp://*:*", "tcp://both:*", "tcp://v4only:*"] {
            let (pull, real) = bound_pull(&host, text);
            assert!(!real.contains('['), "{real}");
            for peer in ["both", "v4only", "localhost", "123456789012"] {
                reach(&host, &pull, &format!("tcp://{peer}:{}", port(&real)));
            }
        }
        // And who listens on everything is found by each.
        let (pull, real) = bound_pull(&host, "tcp://[::]:*");
        for peer in ["both", "v4only", "v6only"] {
            reach(&host, &pull, &format!("tcp://{peer}:{}", port(&real)));
        }
        // A source of IPv6 goes with a name of either.
        reach(&host, &pull, &format!("tcp://[fd00:77::1]:0;v6only:{}", port(&real)));
        reach(&host, &pull, &format!("tcp://127.0.0.1:0;v4only:{}", port(&real)));
        let failed = pull.must_fail("Bind", args!["tcp://nowhere:*"]);
        assert_eq!(failed.code, "ENODEV", "{failed}");
    });
}

/// A link-local address means nothing without the number of its interface.
#[test]
fn an_interface_without_ipv4_is_bound() {
    in_namespaces(|| {
        let host = Host::built();
        for text in ["tcp://zmqtest0:*", "tcp://[fe80::77%zmqtest0]:*", "tcp://[fe80::0077%zmqtest0]:0"] {
            let (pull, real) = bound_pull(&host, text);
            assert!(real.starts_with("tcp://[fe80::77%zmqtest0]:"), "{real}");
            reach(&host, &pull, &real);
            reach(&host, &pull, &format!("tcp://[fe80::77%zmqtest0]:0;[fe80::77%zmqtest0]:{}", port(&real)));
            pull.must("Unbind", args![text]);
        }
        let pull = host.create("ZeroMQ.Pull");
        for text in ["tcp://[fe80::77%nothere0]:*", "tcp://nothere0:*"] {
            let failed = pull.must_fail("Bind", args![text]);
            assert!(failed.code == "ENODEV" && failed.last_error.contains("интерфейс"), "{failed}");
        }
    });
}

/// One of an interface's addresses, by its label.
#[test]
fn a_labelled_address_is_bound_and_connected_from() {
    in_namespaces(|| {
        let host = Host::built();
        let (pull, real) = bound_pull(&host, "tcp://lo:5:*");
        assert!(real.starts_with("tcp://127.0.0.5:"), "{real}");
        reach(&host, &pull, &real);
        reach(&host, &pull, &format!("tcp://lo:5:0;127.0.0.5:{}", port(&real)));
        pull.must("Unbind", args!["tcp://lo:5:*"]);
        let failed = pull.must_fail("Bind", args!["tcp://lo:6:*"]);
        assert!(failed.code == "ENODEV" && failed.last_error.contains("интерфейс"), "{failed}");
    });
}

#[test]
fn a_full_disk_is_told() {
    in_namespaces(|| {
        let folder = folder().expect("inside");
        let host = Host::built();
        for class in ["ZeroMQ.Pull", "ZeroMQ.Pub", "ZeroMQ.Rep"] {
            let endpoint = format!("ipc://{}/full/x", folder.display());
            let failed = host.create(class).must_fail("Bind", args![&endpoint]);
            assert_eq!(failed.code, "ENOSPC", "{failed}");
            assert!(failed.last_error.contains("на диске нет места"), "{failed}");
        }
    });
}
