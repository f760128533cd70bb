//! Keys and sets of keys: read, made, published, rotated.

pub(crate) mod algorithm;
pub(crate) mod generate;
pub(crate) mod generation;
pub(crate) mod initial;
pub(crate) mod jwk_use;
pub(crate) mod jwks;
pub(crate) mod key;
pub(crate) mod key_error;
pub(crate) mod key_set;
pub(crate) mod link_secrets;
pub(crate) mod material;
pub(crate) mod policy;
pub(crate) mod rotation;
pub(crate) mod signer;
pub(crate) mod steps;
pub(crate) mod succession;
pub(crate) mod weakness;
