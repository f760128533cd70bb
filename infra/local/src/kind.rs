//! The kinds of API that the service can be behind.

use clap::ValueEnum;

/// The kinds of API that API Gateway has for HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Api {
    /// An HTTP API as infra/http-api.yaml deploys it: it refuses in its own words.
    Http,
    /// A REST API as template.yaml deploys it: its Gateway Responses refuse in Simple JWT's.
    #[default]
    Rest,
}
