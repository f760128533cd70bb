//! `POST /dj-rest-auth/logout/`: the refresh token's session is over, and the cookies are gone.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        blacklist,
        rest_auth::{
            handover::{self, Handover},
            reply::Detail,
        },
    },
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use settings::Settings;

const REFRESH: &str = "refresh";
const DONE: Detail = Detail::of("Successfully logged out.");
const NOTHING: Detail = Detail::of(
    "Neither cookies or blacklist are enabled, so the token has not been deleted server side. Please make sure the \
     token is deleted client side.",
);

/// The endpoint.
pub struct RestAuthLogout;

/// The refresh token, if one came, and where the cookies are.
pub struct Form {
    refresh: Result<Option<String>, Problem>,
    handover: Handover,
}

impl Endpoint for RestAuthLogout {
    type Form = Form;
    type Reply = Detail;
    // Whoever has a dead access token must be able to log out.
    const VIEW: View = View {
        name: "Logout",
        description: "Takes a refresh token, ends its session, and takes the cookies away.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::optional(REFRESH)]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let handover = Handover::to(request, settings)?;
        let refresh = match handover::is_hidden(settings) {
            true => handover::refresh_cookie(request, settings),
            false => Ok(request.text(REFRESH).map(str::to_owned)),
        };
        Ok(Form { refresh, handover })
    }

    /// Whoever cannot log out loses the cookies all the same.
    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        let (settings, cookies) = (call.service.settings(), form.handover.clear(call)?);
        if !settings.blacklist_enabled {
            let is_told = if cookies.is_empty() { NOTHING } else { DONE };
            return Ok(Answer { cookies, ..Answer::of(is_told) });
        }
        let refusal = match form.refresh {
            Ok(Some(refresh)) => blacklist::log_out(&refresh, call).await.err(),
            Ok(None) if handover::is_hidden(settings) => {
                Some(lacking("Refresh token was not included in cookie data."))
            }
            Ok(None) => Some(lacking("Refresh token was not included in request data.")),
            // Two cookies of one name: which one is meant nobody knows, and both go.
            Err(problem) => Some(lacking(&problem.detail())),
        };
        match refusal {
            Some(problem @ (Problem::Blacklisted | Problem::Token(_))) => {
                Ok(Answer { cookies, refusal: Some(lacking(&problem.detail())), ..Answer::of(DONE) })
            }
            Some(problem @ Problem::NotLoggedOut(_)) => {
                Ok(Answer { cookies, refusal: Some(problem), ..Answer::of(DONE) })
            }
            Some(problem) => Err(problem),
            None => Ok(Answer { cookies, ..Answer::of(DONE) }),
        }
    }
}

fn lacking(words: &str) -> Problem {
    Problem::NotLoggedOut(words.to_owned())
}
