//! `GET /.well-known/openid-configuration`: where the keys are and what they are for (OpenID Connect Discovery 1.0
//! section 4, RFC 8414), for gateways and libraries that are told an issuer and nothing else.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use serde::Serialize;
use settings::Settings;
use token::{KeySet, Policy};

/// The endpoint.
pub struct Discover;

/// Whose configuration is asked for.
pub struct Form {
    issuer: String,
}

/// The metadata of the issuer. There is no page to log in on and no ID token: what says so is required to be there.
#[derive(Serialize)]
pub struct Reply {
    issuer: String,
    jwks_uri: String,
    token_endpoint: String,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 0],
    subject_types_supported: [&'static str; 1],
}

impl Endpoint for Discover {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "OpenID Provider Configuration",
        description: "Says where the keys of this issuer are and which algorithms they are for.",
        allow: "GET, HEAD, OPTIONS",
        guard: Guard::Public(Policy::MAX_AGE),
    };

    /// The addresses are those below ISSUER, and never those that a request names: an answer that others keep must not
    /// say what a client made up.
    fn parse(_: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let is_address = |issuer: &&String| issuer.starts_with("https://") || issuer.starts_with("http://");
        let issuer = settings.issuer.as_ref().filter(is_address).ok_or(Problem::NotFound)?;
        Ok(Form { issuer: issuer.clone() })
    }

    async fn handle(Form { issuer }: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let base = issuer.trim_end_matches('/');
        Ok(Answer::of(Reply {
            jwks_uri: format!("{base}/.well-known/jwks.json"),
            token_endpoint: format!("{base}/api/token/"),
            id_token_signing_alg_values_supported: algorithms(call.keys, call.ambient.now),
            response_types_supported: [],
            subject_types_supported: ["public"],
            issuer,
        }))
    }
}

/// Of every published key, once each.
fn algorithms(keys: &KeySet, now: i64) -> Vec<&'static str> {
    let published = keys.keys().iter().filter(|key| !key.algorithm().is_symmetric() && key.verifies_at(now));
    let mut names: Vec<_> = published.map(|key| key.algorithm().name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
