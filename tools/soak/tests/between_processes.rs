//! kill -9 of either side at random during transfers between processes: nothing hangs, nothing comes twice, and what
//! the surviving processes accepted is accounted for. What ZeroMQ does not promise is measured; docs/reliability.md
//! has the figures. The fast tests move 20,000 to 100,000 messages, those of a million are run by `ci/soak --heavy`.
#![cfg(target_os = "linux")]

use host::{Transport, isolated, secs};
use soak::kills::{Plan, run};

/// What may be under way to a process that is killed: both water marks, and what the system's buffers hold.
fn under_way(plan: Plan) -> usize {
    let system = match plan.transport {
        Transport::Tcp => 12 << 20,
        _ => 1 << 20,
    };
    2_200 + system / plan.size
}

fn plan(transport: Transport, messages: usize, kills: usize) -> Plan {
    Plan { transport, messages, kills, size: 500, patience: 500 }
}

/// Two senders, one is killed: of the other's messages none is lost; of the killed one's only what it took with it.
fn a_sender_is_killed(plan: Plan) {
    let parts = [("pull", 0, true), ("push", 0, false), ("push", 1, false)];
    let report = run("push killed", plan, &parts, 2);
    report.assert_sound();
    assert_eq!((report.lanes[0].early, report.lanes[0].missing), (0, 0), "the survivor's messages: {report:?}");
    assert_eq!(report.lanes[0].came, plan.messages as u64);
    assert!(report.lanes[1].missing <= plan.kills * under_way(plan), "{report:?}");
    assert_eq!(report.missing_at_the_end, 0, "{report:?}");
}

/// Two receivers, one is killed: what is lost was on its way to the killed one.
fn a_receiver_is_killed(plan: Plan) {
    let parts = [("push", 0, true), ("pull", 0, false), ("pull", 1, false)];
    let report = run("pull killed", plan, &parts, 2);
    report.assert_sound();
    assert_eq!(report.lanes[0].accepted, plan.messages as u64, "{report:?}");
    assert!(report.lanes[0].missing <= plan.kills * under_way(plan), "{report:?}");
    assert_eq!(report.lanes[0].early, 0, "{report:?}");
    // A receiver may be killed between counting a message and noting which one it was.
    let counted = report.lanes[0].came as usize + report.lanes[0].missing;
    assert!((plan.messages..=plan.messages + plan.kills).contains(&counted), "{report:?}");
    assert_eq!(report.missing_at_the_end, 0, "{report:?}");
}

/// The only receiver, which is bound, is killed: the sender waits for it, and what it queues meanwhile arrives.
fn the_only_receiver_is_killed(plan: Plan) {
    let parts = [("pull", 0, true), ("push", 0, false)];
    let report = run("only pull killed", plan, &parts, 0);
    report.assert_sound();
    assert_eq!(report.lanes[0].accepted, plan.messages as u64, "{report:?}");
    assert!(report.lanes[0].missing <= plan.kills * under_way(plan), "{report:?}");
    assert_eq!(report.missing_at_the_end, 0, "{report:?}");
}

/// The server is killed: every request is answered in the end, each attempt is served once at the most.
fn a_server_is_killed(plan: Plan) {
    let parts = [("rep", 0, true), ("req", 0, false), ("req", 1, false)];
    let report = run("rep killed", plan, &parts, 0);
    report.assert_sound();
    for lane in report.lanes {
        assert_eq!(lane.accepted, plan.messages as u64, "{report:?}");
        assert_eq!(lane.missing, 0, "{report:?}");
    }
    // One request of each client is under way at a time.
    assert!(report.repeated <= 8 * plan.kills as u64, "{report:?}");
}

/// A client is killed: the other's requests are all answered at the first attempt.
fn a_client_is_killed(plan: Plan) {
    let parts = [("rep", 0, true), ("req", 0, false), ("req", 1, false)];
    // Nobody but the killed one has a reason to wait: an answer that takes so long is lost.
    let plan = Plan { patience: 15_000, ..plan };
    let report = run("req killed", plan, &parts, 2);
    report.assert_sound();
    assert_eq!(report.lanes[0].accepted, plan.messages as u64, "{report:?}");
    assert_eq!(report.lanes[0].missing, 0, "{report:?}");
    assert_eq!(report.repeated, 0, "{report:?}");
    assert!(report.lanes[1].missing <= plan.kills, "{report:?}");
}

/// A subscriber is killed: another, for which the publisher waits, gets every message.
fn a_subscriber_is_killed(plan: Plan) {
    let parts = [("pub", 0, true), ("sub", 0, false), ("sub", 1, false)];
    // The one that survives takes every message in the end: nothing of what it has not taken yet is gone.
    let plan = Plan { patience: 15_000, ..plan };
    let report = run("sub killed", plan, &parts, 2);
    report.assert_sound();
    assert_eq!(report.lanes[0].missing, 0, "the surviving subscriber: {report:?}");
    assert!(report.lanes[0].early <= 1000, "{report:?}");
}

/// The publisher is killed: subscribers come back to it by themselves, and nothing comes twice.
fn a_publisher_is_killed(plan: Plan) {
    let parts = [("pub", 0, true), ("sub", 0, false), ("sub", 1, false)];
    let report = run("pub killed", plan, &parts, 0);
    report.assert_sound();
    assert_eq!(report.missing_at_the_end, 0, "{report:?}");
}

macro_rules! over_both_transports {
    ($($scenario:ident: $fast:expr, $kills:expr;)*) => {
        mod ipc {
            use super::*;
            $(#[test] fn $scenario() { isolated(secs(120), || super::$scenario(plan(Transport::Ipc, $fast, $kills))); })*
        }
        mod tcp {
            use super::*;
            $(#[test] fn $scenario() { isolated(secs(120), || super::$scenario(plan(Transport::Tcp, $fast, $kills))); })*
        }
        mod million {
            use super::*;
            $(#[test] #[ignore = "a million messages: ci/soak --heavy"] fn $scenario() {
                isolated(secs(3600), || {
                    for transport in Transport::BETWEEN {
                        super::$scenario(plan(transport, 1_000_000, 50));
                    }
                });
            })*
        }
    };
}

over_both_transports! {
    a_sender_is_killed: 50_000, 6;
    a_receiver_is_killed: 100_000, 6;
    the_only_receiver_is_killed: 100_000, 5;
    a_server_is_killed: 4_000, 4;
    a_client_is_killed: 4_000, 5;
    a_subscriber_is_killed: 50_000, 5;
    a_publisher_is_killed: 50_000, 4;
}
