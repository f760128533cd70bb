//! `POST /api-token-impersonate/`: a superuser gets the token of another user (`drf-jwt`'s `ImpersonateView`).

use crate::{
    authentication::legacy::{
        cookie, is_drf,
        refusal::{LegacyRefusal, RefusedBy},
    },
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::{
        payload::{of_login, sign},
        reply::Reply,
    },
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use settings::Settings;

/// The endpoint.
pub struct LegacyImpersonate;

/// The id of the other user.
pub struct Form {
    user: String,
}

impl Endpoint for LegacyImpersonate {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Impersonate Json Web Token",
        description: "Impersonate the user by retrieving its JWT.\n\n\
                      By default, the view permits this action only to superusers in order to\n\
                      be backwards-compatible as much as possible. If you need to customize\n\
                      the permission handling process, override the `permission_classes` attribute\n\
                      using `djangorestframework`'s permission system.\n\n\
                      Returns:\n    dict: {\"token\": user's JWT}",
        allow: "POST, OPTIONS",
        guard: Guard::LegacySuperuser,
    };

    fn is_offered(settings: &Settings) -> bool {
        is_drf(settings)
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::id("user")]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        cookie::check_page_where_set(settings.jwt_impersonation_cookie.as_ref(), request, settings)?;
        let [user] = request.require([Char::trimmed("user")]).map_err(in_words_of_ids)?;
        Ok(Form { user })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = call.service.store.user(&form.user).await?.ok_or_else(|| nobody(&form.user))?;
        if !user.is_active {
            return Err(LegacyRefusal::Disabled.at(RefusedBy::Endpoint, call.service.settings()));
        }
        let token = sign(&of_login(&user, call).await?, call)?;
        log::impersonated(&user.id, call);
        let cookie = call.service.settings().jwt_impersonation_cookie.as_deref();
        Ok(Reply::bare(token).with_cookie(cookie, call))
    }
}

/// Rewords `CharField`'s faults as those of a primary-key field.
fn in_words_of_ids(problem: Problem) -> Problem {
    let reworded = |fault: String| match fault.as_str() {
        "Not a valid string." => "Incorrect type. Expected pk value, received list.".to_owned(),
        "This field may not be blank." => "This field may not be null.".to_owned(),
        _ => fault,
    };
    match problem {
        Problem::Fields(faults) => {
            Problem::Fields(faults.into_iter().map(|(name, fault)| (name, reworded(fault))).collect())
        }
        other => other,
    }
}

/// Ids are text here; in Django's words one that is no number is of the wrong type.
fn nobody(id: &str) -> Problem {
    let fault = match id.parse::<i64>() {
        Ok(_) => format!("Invalid pk \"{id}\" - object does not exist."),
        Err(_) => "Incorrect type. Expected pk value, received str.".to_owned(),
    };
    Problem::Fields(vec![("user".to_owned(), fault)])
}
