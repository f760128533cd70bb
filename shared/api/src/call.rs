//! One request, as a handler has it.

use crate::{ambient::Ambient, authentication::principal::Principal, service::Service};
use token::KeySet;

/// Who asks, as the gateway saw it. Nothing here comes from a header that a client can invent.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The source address.
    pub ip: Option<String>,
    /// Whom the authorizer let in, where one stands in front.
    pub principal: Option<Principal>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

/// Everything a handler may use for one request.
pub struct Call<'a> {
    /// What the world gave this request: time and entropy.
    pub ambient: Ambient,
    /// Who asks.
    pub caller: Caller,
    /// The keys as they are now.
    pub keys: &'a KeySet,
    /// What lasts.
    pub service: &'a Service,
}
