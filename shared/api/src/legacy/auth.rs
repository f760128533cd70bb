//! `GET /api/jwt-auth/`: the greeting of [`Hello`](crate::Hello), for whoever brings a legacy token in header or cookie.
//!
//! No authorizer stands in front: API Gateway would look at the header alone, and can say 401 and nothing else.

use crate::{
    asked::Asked,
    authentication::Principal,
    endpoint::{Call, Endpoint, View},
    hello::{Form, Hello, Reply},
    legacy::{guard, is_on},
    metadata::Field,
    problem::Problem,
};
use http::HeaderMap;
use settings::Settings;

/// The endpoint.
pub struct LegacyAuth;

impl Endpoint for LegacyAuth {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View { guarded: false, ..Hello::VIEW };

    fn is_offered(settings: &Settings) -> bool {
        is_on(settings)
    }

    fn scheme(settings: &Settings) -> &str {
        settings.legacy_prefix()
    }

    async fn admit(call: &Call<'_>, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
        let welcome = guard::admit(call, headers).await?;
        Ok(Some(guard::principal(&welcome, call.service)))
    }

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        Hello::fields(settings)
    }

    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Form, Problem> {
        Hello::parse(asked, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        Hello::handle(form, call).await
    }
}
