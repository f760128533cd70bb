//! `POST /dj-rest-auth/token/refresh/`: a refresh token, in the body or in its cookie, in; a new access token out.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        refresh,
        rest_auth::handover::{self, Handover},
    },
    instant,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;

const REFRESH: &str = "refresh";

/// The endpoint.
pub struct RestAuthRefresh;

/// The refresh token, and where the new ones go.
pub struct Form {
    refresh: String,
    handover: Handover,
}

/// The new access token, with rotation the next refresh token, too, unless that is in its cookie alone; and when they end.
#[derive(Serialize)]
pub struct Reply {
    access: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
    access_expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expiration: Option<String>,
}

impl Endpoint for RestAuthRefresh {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Refresh View With Cookie Support",
        description: "Takes a refresh token, in the body or in its cookie, and returns a new access token.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::optional(REFRESH), Field::answered("access")]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let handover = Handover::to(request, settings)?;
        let [given] = request.take([Char::trimmed(REFRESH).or_missing(true)])?;
        let refresh = match given {
            Some(refresh) => Some(refresh),
            None => handover::refresh_cookie(request, settings)?,
        };
        Ok(Form { refresh: refresh.ok_or(Problem::NoRefreshToken)?, handover })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let pair = refresh::renewed(&form.refresh, &form.handover.delivery(), call).await?;
        let cookies = form.handover.set(&pair, call)?;
        let refresh = handover::refresh_in_body(&pair, call.service.settings());
        let ends = pair.refresh.as_ref().filter(|_| refresh.is_some());
        let body = Reply {
            access: pair.access.text().to_owned(),
            access_expiration: instant::iso_8601(pair.access.expiry()),
            refresh_expiration: ends.map(|refresh| instant::iso_8601(refresh.expiry())),
            refresh,
        };
        Ok(Answer { cookies, ..Answer::of(body) })
    }
}
