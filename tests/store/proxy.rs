//! The proxy in front of the engine of these tests.

use crate::test_store::engine_url;
use std::ops::Deref;
pub(crate) use tests::proxy::{Call, Interference};

pub(crate) struct Proxy(tests::proxy::Proxy);

impl Proxy {
    /// A proxy by this plan.
    pub(crate) async fn start(plan: impl FnMut(&Call) -> Interference + Send + 'static) -> Self {
        Self(tests::proxy::Proxy::start(engine_url().await, plan).await)
    }

    /// A proxy that gives the first call this fate and makes all others.
    pub(crate) async fn first(fate: Interference) -> Self {
        let mut fate = Some(fate);
        Self::start(move |_| fate.take().unwrap_or(Interference::Made)).await
    }
}

impl Deref for Proxy {
    type Target = tests::proxy::Proxy;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
