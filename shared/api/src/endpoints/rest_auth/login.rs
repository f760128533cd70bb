//! `POST /dj-rest-auth/login/`: a name or an address, and the password in; both tokens and the user out.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::rest_auth::{
        credentials::{self, Typed},
        handover::{self, Handover},
        reply,
    },
    instant,
    problem::Problem,
    request::api_request::ApiRequest,
    session::{begin, pair::Pair},
    view::{Field, Guard, View},
};
use serde::Serialize;
use serde_json::Value;
use settings::Settings;

/// The endpoint.
pub struct RestAuthLogin;

/// Who wants to log in, and where the tokens go.
pub struct Form {
    typed: Typed,
    handover: Handover,
}

/// Both tokens and the user, with JWT_AUTH_RETURN_EXPIRATION also when the tokens end.
#[derive(Serialize)]
pub struct Reply {
    access: String,
    refresh: String,
    user: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_expiration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expiration: Option<String>,
}

impl Reply {
    /// What a login says. `refresh` is empty where the token is in its cookie alone.
    pub(crate) fn of(pair: &Pair, user: Value, tells_expiry: bool, settings: &Settings) -> Self {
        let told = |expiry: i64| tells_expiry.then(|| instant::iso_8601(expiry));
        Self {
            access: pair.access.text().to_owned(),
            refresh: handover::refresh_in_body(pair, settings).unwrap_or_default(),
            user,
            access_expiration: told(pair.access.expiry()),
            refresh_expiration: pair.refresh.as_ref().and_then(|refresh| told(refresh.expiry())),
        }
    }
}

impl Endpoint for RestAuthLogin {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Login",
        description: "Takes the name or the address of a user, and the password, and returns an access and a refresh token.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        credentials::fields()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Ok(Form { handover: Handover::to(request, settings)?, typed: Typed::read(request, settings)? })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let settings = call.service.settings();
        let user = form.typed.log_in(call).await?;
        let account = call.service.store.account(&user.id).await?.ok_or(Problem::UserNotFound)?;
        let (pair, session) = begin::pair(&user, false, &form.handover.delivery(), call).await?;
        let cookies = form.handover.set(&pair, call)?;
        begin::open(&user, session, call).await?;
        let reply = Reply::of(&pair, reply::user(&account), settings.jwt_auth_return_expiration, settings);
        Ok(Answer { cookies, ..Answer::of(reply) })
    }
}
