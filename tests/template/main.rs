//! `template.yaml` and `infra/http-api.yaml` as AWS's own transform expands them: what CloudFormation would make.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the template lacks what it must have"
)]

mod cors;
mod decided;
mod environment;
mod expanded;
mod exports;
mod release;
mod rights;
mod routes;
mod switches;
mod tables;
mod values;
mod watch;
