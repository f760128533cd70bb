//! `POST /api-token-auth/`: username and password in, a token out (`ObtainJSONWebToken`).

use crate::{
    authentication::legacy::{cookie, is_drf, is_on},
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::{
        payload::{of_login, sign},
        reply::Reply,
    },
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::login::Credentials,
    view::{Field, Guard, View},
};
use settings::Settings;

/// The endpoint.
pub struct LegacyObtain;

/// One text for unknown, wrong and inactive.
const REFUSED: &str = "Unable to log in with provided credentials.";

impl Endpoint for LegacyObtain {
    type Form = Credentials;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Obtain Json Web Token",
        description: "API View that receives a POST with a user's username and password.\n\n\
                      Returns a JSON Web Token that can be used for authenticated requests.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn is_offered(settings: &Settings) -> bool {
        is_on(settings)
    }

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        let mut fields = Credentials::fields(settings);
        if is_drf(settings) {
            fields.reverse();
            fields.insert(1, Field::answered("token"));
        }
        fields
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Credentials, Problem> {
        cookie::check_page_where_set(settings.jwt_auth_cookie.as_ref(), request, settings)?;
        Credentials::parse(request, settings).map_err(|problem| in_order(problem, settings))
    }

    async fn handle(form: Credentials, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = form.log_in(call).await.map_err(|problem| match problem {
            Problem::NoActiveAccount => Problem::LegacyRefused(REFUSED),
            other => other,
        })?;
        let claims = of_login(&user, call).await?;
        log::login(&user.id, None, call);
        Ok(Reply::new(sign(&claims, call)?, &claims, call)
            .with_cookie(call.service.settings().jwt_auth_cookie.as_deref(), call))
    }
}

/// `drf-jwt` names the faults of the password first.
fn in_order(problem: Problem, settings: &Settings) -> Problem {
    match problem {
        Problem::Fields(mut faults) if is_drf(settings) => {
            faults.reverse();
            Problem::Fields(faults)
        }
        other => other,
    }
}
