//! Other software: the libraries that verify our tokens by what we publish, and Django, whose tokens we take over.
#![expect(clippy::unwrap_used, reason = "a test stops where the service does not do what it should")]

mod django;
mod issuer;
mod snippets;
mod verifiers;
