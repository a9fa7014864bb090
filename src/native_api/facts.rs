//! What is learnt of the host.

/// What is known of the host.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct HostFacts {
    /// A client application, which shows what AddError is given.
    pub client: bool,
    /// A server, or another application without a user: events reach nobody there. Neither is said by one that does not tell.
    pub server: bool,
    /// Whether the library runs in a process of its own; None where the host does not tell.
    pub isolated: Option<bool>,
}
