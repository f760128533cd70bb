//! `POST /api/token/`: username and password in, an access and a refresh token out (Simple JWT's TokenObtainPairView).

use crate::{
    authentication::password_fingerprint,
    endpoint::{Call, Endpoint, Guard, Head, View},
    log,
    metadata::Field,
    problem::Problem,
    request::asked::Asked,
    session,
    session::login::Credentials,
    session::pair::{Delivered, Delivery, Issued, Pair},
};
use http::HeaderValue;
use serde::Serialize;
use serde_json::{Map, Value, json};
use settings::{Settings, UserField, UserIdField};
use store::User;
use token::{Claims, Refresh, Stamp, Token};

/// The endpoint.
pub struct Obtain;

/// Who wants to log in, and where the tokens go.
pub struct Form {
    credentials: Credentials,
    delivery: Delivery,
}

/// Both tokens, the refresh token first, unless they are in cookies; then OBTAIN_FIELDS.
#[derive(Serialize)]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<String>,
    #[serde(flatten)]
    user: Map<String, Value>,
    #[serde(skip)]
    cookies: Vec<HeaderValue>,
}

impl Endpoint for Obtain {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Obtain Pair",
        description: "Takes a set of user credentials and returns an access and refresh JSON web\n\
                      token pair to prove the authentication of those credentials.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        Credentials::fields(settings)
    }

    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Form, Problem> {
        Ok(Form { delivery: Delivery::to(asked, settings)?, credentials: Credentials::parse(asked, settings)? })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        let settings = call.service.settings();
        let user = form.credentials.log_in(call).await?;
        let jti = token::jti(call.ambient.session);
        let stamp = Stamp { now: call.ambient.now, lifetime: settings.refresh_lifetime(), jti: &jti };
        let user_id = call.service.user_id_of(&user);
        let refresh =
            Token::<Refresh>::issue(&call.service.rules, stamp, user_id, &claims(&user, settings, call.ambient.now));
        let access = access(&refresh, call);
        let signed = refresh.sign(call.keys, &call.service.rules, call.ambient.now)?;
        let session = session::begun(&user, &jti, refresh.expiry(), signed.kid.clone(), call);
        let access = Issued::new(&access, access.sign(call.keys, &call.service.rules, call.ambient.now)?);
        let pair = Pair { access, refresh: Some(Issued::new(&refresh, signed)) };
        let Delivered { access, refresh, cookies } = form.delivery.deliver(pair, call)?;
        session::open(&user, session, call).await?;
        log::login(&user.id, &jti, call);
        Ok(Reply { refresh, access, user: fields(&user, &settings.obtain_fields), cookies })
    }

    fn head(reply: &Reply, _: &Call<'_>) -> Head {
        Head { cookies: reply.cookies.clone(), ..Head::default() }
    }
}

/// Claims beside Simple JWT's own at `now`: CHECK_REVOKE_TOKEN's fingerprint, then TOKEN_CLAIMS.
pub(crate) fn claims(user: &User, settings: &Settings, now: i64) -> Claims {
    let mut claims = Claims::default();
    if settings.check_revoke_token {
        claims.set(&settings.revoke_token_claim, json!(password_fingerprint(user)));
    }
    for (name, value) in fields(user, &settings.token_claims) {
        claims.set(&name, value);
    }
    if is_dated_by_end(user, settings, now) {
        claims.set(token::EPOCH, user.epoch);
    }
    claims
}

/// Whether a new token must say which end of all sessions it came after: it says nothing else that would tell, and was
/// issued before the end's date.
fn is_dated_by_end(user: &User, settings: &Settings, now: i64) -> bool {
    let has_no_session = !settings.blacklist_enabled;
    now < user.epoch && (has_no_session || settings.user_id_field != UserIdField::Id)
}

/// The access token of a new login.
fn access(refresh: &Token<Refresh>, call: &Call<'_>) -> Token<token::Access> {
    let sid = token::session_of(refresh.jti()).unwrap_or_default();
    let jti = token::jti_of_session(sid, call.ambient.access);
    let lifetime = call.service.settings().access_token_lifetime;
    let lifetime = session::within(lifetime, call.ambient.now, session::end_of_new(call));
    refresh.access(&call.service.rules, Stamp { now: call.ambient.now, lifetime, jti: &jti })
}

fn fields(user: &User, wanted: &[UserField]) -> Map<String, Value> {
    wanted.iter().map(|field| (field.word().to_owned(), field_of(user, *field))).collect()
}

fn field_of(user: &User, field: UserField) -> Value {
    match field {
        UserField::Email => json!(user.email),
        UserField::FirstName => json!(user.first_name),
        UserField::Groups => json!(user.groups),
        UserField::IsStaff => json!(user.is_staff),
        UserField::IsSuperuser => json!(user.is_superuser),
        UserField::LastName => json!(user.last_name),
        UserField::Username => json!(user.username),
    }
}
