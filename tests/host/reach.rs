//! Two sockets of which the second finds the first by an endpoint.

use crate::args;
use crate::host::Host;
use crate::object::Object;
use crate::value::Value;

/// A Pull that is bound, and where it really listens.
#[must_use]
#[track_caller]
pub fn bound_pull(host: &Host, endpoint: &str) -> (Object, String) {
    let pull = host.create("ZeroMQ.Pull");
    pull.must("SetRecvTimeout", args![20_000]);
    pull.must("Bind", args![endpoint]);
    let real = pull.text_of("LastEndpoint");
    (pull, real)
}

/// A message goes from a Push that connects by this text.
#[track_caller]
pub fn reach(host: &Host, pull: &Object, endpoint: &str) {
    let push = host.create("ZeroMQ.Push");
    push.must("Connect", args![endpoint]);
    push.must("Send", args![endpoint.as_bytes()]);
    assert_eq!(pull.must("Recv", []), Value::blob(endpoint), "{endpoint}");
    push.must("Disconnect", args![endpoint]);
}
