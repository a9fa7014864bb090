//! Keys of CURVE, as `ZeroMQ.Curve` makes them.

use host::{Host, args};

/// A secret key and its public one.
pub struct Pair {
    pub secret: String,
    pub public: String,
}

pub fn pair(host: &Host) -> Pair {
    let curve = host.create("ZeroMQ.Curve");
    let secret = curve.must("NewSecretKey", []).text().to_owned();
    let public = curve.must("PublicKey", args![secret.as_str()]).text().to_owned();
    Pair { secret, public }
}
