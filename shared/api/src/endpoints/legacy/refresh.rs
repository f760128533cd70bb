//! `POST /api-token-refresh/`: a token that is still good in, one that is good for longer out
//! (`RefreshJSONWebToken`).

use crate::{
    authentication::legacy::{
        is_drf, is_on,
        refusal::{LegacyRefusal, RefusedBy},
        user::{LegacyAuthentication, family},
    },
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::{
        payload::{of_refresh, sign},
        reply::Reply,
        verify::Form,
    },
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use serde_json::Value;
use settings::Settings;
use token::Claims;

/// The endpoint.
pub struct LegacyRefresh;

impl Endpoint for LegacyRefresh {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Refresh Json Web Token",
        description: "API View that returns a refreshed token (with new expiration) based on\nexisting token\n\n\
                      If 'orig_iat' field (original issued-at-time) is found, will first check\n\
                      if it's within expiration window, then copy it to the new token",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn view(settings: &Settings) -> View {
        let description = "API View that returns a refreshed token (with new expiration) based on\n\
                           existing token\n\n\
                           If 'orig_iat' field (original issued-at-time) is found it will first check\n\
                           if it's within expiration window, then copy it to the new token.";
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
        let claims = renewed(&authentication, call).await?;
        log::refreshed(Some(&authentication.user.id), None, call);
        Ok(Reply::new(sign(&claims, call)?, &claims, call)
            .with_cookie(call.service.settings().jwt_auth_cookie.as_deref(), call))
    }
}

/// The claims of a new token, made of the user as they are now; of the old one only the time of the login stays, and
/// with `drf-jwt` the id of its first token.
async fn renewed(authentication: &LegacyAuthentication, call: &Call<'_>) -> Result<Claims, Problem> {
    let (settings, old) = (call.service.settings(), authentication.token.claims());
    let refuse = |refusal: LegacyRefusal| refusal.at(RefusedBy::Endpoint, settings);
    let origin =
        old.get("orig_iat").filter(|value| is_origin(value, settings)).ok_or(refuse(LegacyRefusal::NoOrigin))?;
    let end = origin.as_f64().unwrap_or_default() + settings.jwt_refresh_expiration_delta as f64;
    if call.ambient.now as f64 > end {
        return Err(refuse(LegacyRefusal::RefreshExpired));
    }
    let mut claims = of_refresh(&authentication.user, call).await?;
    claims.set("orig_iat", origin.clone());
    if let Some(epoch) = old.get(token::EPOCH) {
        claims.set(token::EPOCH, epoch.clone());
    }
    if let Some(family) = family(old).filter(|_| is_drf(settings)) {
        claims.set("orig_jti", family);
    }
    Ok(claims)
}

/// A time; for `djangorestframework-jwt` the first second of 1970 is none.
fn is_origin(value: &Value, settings: &Settings) -> bool {
    value.is_number() && (is_drf(settings) || value.as_f64() != Some(0.0))
}
