//! `POST /api-token-verify/`: a token in, the same token out if it is good (`VerifyJSONWebToken`).

use crate::{
    authentication::legacy::{
        Verifier, cookie, is_drf, is_on,
        refusal::RefusedBy,
        user::{self, LegacyAuthentication},
    },
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::reply::Reply,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use settings::Settings;

/// The endpoint.
pub struct LegacyVerify;

/// A token that is to be looked at.
pub struct Form {
    token: String,
}

impl Form {
    /// Reads the one field.
    pub(super) fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        cookie::check_page_where_set(settings.jwt_auth_cookie.as_ref(), request, settings)?;
        let [token] = request.require([Char::trimmed("token")])?;
        Ok(Self { token })
    }

    /// The one field, for `OPTIONS`.
    pub(super) fn fields() -> Vec<Field<'static>> {
        vec![Field::required("token")]
    }

    /// The token, if it is good, and its user.
    pub(super) async fn authenticate(&self, call: &Call<'_>) -> Result<LegacyAuthentication, Problem> {
        user::authenticate(&self.token, RefusedBy::Endpoint, Verifier::of(call)).await
    }
}

impl Endpoint for LegacyVerify {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Verify Json Web Token",
        description: "API View that checks the veracity of a token, returning the token if it\nis valid.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn view(settings: &Settings) -> View {
        let description = "API View that checks the validity of a token, returning the token if it\nis valid.";
        if is_drf(settings) { View { description, ..Self::VIEW } } else { Self::VIEW }
    }

    fn is_offered(settings: &Settings) -> bool {
        is_on(settings)
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        Form::fields()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(request, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let authentication = form.authenticate(call).await?;
        Ok(Reply::new(form.token, authentication.token.claims(), call)
            .with_cookie(call.service.settings().jwt_auth_cookie.as_deref(), call))
    }
}
