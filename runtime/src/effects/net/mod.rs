//! The network family.

mod net_fetch;

pub(super) use net_fetch::NetFetch;
