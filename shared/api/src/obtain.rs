//! `POST /api/token/`: username and password in, an access and a refresh token out (Simple JWT's TokenObtainPairView).

use serde::Serialize;
use serde_json::{Map, Value, json};
use settings::{Settings, UserField};
use store::{Opened, Replaced, User};
use token::{Claims, Refresh, Stamp, Token};
use zeroize::Zeroizing;

use crate::{
    asked::Asked,
    authentication::password_fingerprint,
    endpoint::{Call, Endpoint, Field, View},
    form::Char,
    problem::Problem,
    session,
};

/// The endpoint.
pub struct Obtain;

/// Who wants to log in.
pub struct Form {
    name: String,
    password: Zeroizing<String>,
}

/// Both tokens, the refresh token first, then OBTAIN_FIELDS.
#[derive(Serialize)]
pub struct Reply {
    refresh: String,
    access: String,
    #[serde(flatten)]
    user: Map<String, Value>,
}

impl Endpoint for Obtain {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Obtain Pair",
        description: "Takes a set of user credentials and returns an access and refresh JSON web\n\
                      token pair to prove the authentication of those credentials.",
        allow: "POST, OPTIONS",
        guarded: false,
    };

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        credentials(settings)
    }

    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(asked, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        let settings = call.service.settings();
        let user = log_in(form, call).await?;
        let jti = token::jti(call.ambient.session);
        let stamp = Stamp { now: call.ambient.now, lifetime: settings.refresh_token_lifetime, jti: &jti };
        let user_id = call.service.user_id_of(&user);
        let refresh = Token::<Refresh>::issue(&call.service.rules, stamp, user_id, &claims(&user, settings));
        let access = access(&refresh, call);
        let signed = refresh.sign(call.keys, &call.service.rules, call.ambient.now)?;
        open(&user, &jti, refresh.expiry(), signed.kid, call).await?;
        let access = access.sign(call.keys, &call.service.rules, call.ambient.now)?;
        Ok(Reply { refresh: signed.text, access: access.text, user: fields(&user, &settings.obtain_fields) })
    }
}

impl Form {
    /// Reads the two fields that every login has.
    pub(crate) fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Self, Problem> {
        let [name, password] =
            asked.require([Char::trimmed(settings.username_field.word()), Char::exact("password")])?;
        Ok(Self { name, password: Zeroizing::new(password) })
    }
}

/// The fields of a login, for `OPTIONS`.
pub(crate) fn credentials(settings: &Settings) -> Vec<Field<'_>> {
    [settings.username_field.word(), "password"].map(|name| Field { name, read_only: false }).into()
}

/// The user whose name and password these are.
///
/// Unknown, inactive and wrong cost the same: one verification, whoever it is that is not let in.
pub(crate) async fn log_in(form: Form, call: &Call<'_>) -> Result<User, Problem> {
    let known = call.service.user_named(&form.name).await?;
    let outcome = examine(&form.password, known.as_ref(), call).await?;
    let user = known.filter(|user| user.is_active).ok_or(Problem::NoActiveAccount)?;
    let user = match outcome {
        Outcome::Refused => return Err(Problem::NoActiveAccount),
        Outcome::Right => user,
        Outcome::Rehashed(encoded) => rehash(user, encoded, &form.password, call).await?,
    };
    if call.service.settings().update_last_login {
        call.service.store.touch_login(&user.id, call.ambient.now).await?;
    }
    Ok(user)
}

/// Claims beside Simple JWT's own: CHECK_REVOKE_TOKEN's fingerprint, then TOKEN_CLAIMS.
pub(crate) fn claims(user: &User, settings: &Settings) -> Claims {
    let mut claims = Claims::default();
    if settings.check_revoke_token {
        claims.set(&settings.revoke_token_claim, json!(password_fingerprint(user)));
    }
    for (name, value) in fields(user, &settings.token_claims) {
        claims.set(&name, value);
    }
    claims
}

/// Opens the session that a new refresh or sliding token stands for, until `end`.
pub(crate) async fn open(
    user: &User,
    jti: &str,
    end: i64,
    kid: Option<String>,
    call: &Call<'_>,
) -> Result<(), Problem> {
    if !call.service.settings().blacklist_enabled {
        return Ok(());
    }
    let session = session::begun(user, jti, end, kid, call);
    match call.service.store.open_session(&session).await? {
        Opened::Opened => Ok(()),
        Opened::Taken => Err(Problem::unavailable("a fresh session id is taken")),
    }
}

/// The access token of a new login.
fn access(refresh: &Token<Refresh>, call: &Call<'_>) -> Token<token::Access> {
    let sid = token::session_of(refresh.jti()).unwrap_or_default();
    let jti = token::jti_of_session(sid, call.ambient.access);
    let lifetime = call.service.settings().access_token_lifetime;
    refresh.access(&call.service.rules, Stamp { now: call.ambient.now, lifetime, jti: &jti })
}

enum Outcome {
    Refused,
    Rehashed(String),
    Right,
}

async fn examine(password: &str, user: Option<&User>, call: &Call<'_>) -> Result<Outcome, Problem> {
    let (password, salt) = (Zeroizing::new(password.to_owned()), call.ambient.salt);
    let encoded = user.map(|user| user.password.clone());
    call.service.hash(move || compare(&password, encoded.as_deref(), salt)).await
}

fn compare(password: &str, encoded: Option<&str>, salt: [u8; 16]) -> Outcome {
    let Some(encoded) = encoded else {
        password::burn(password);
        return Outcome::Refused;
    };
    match password::verify(password, encoded) {
        Ok(password::Verdict::Match) => Outcome::Right,
        // A hash that cannot be made anew today is no reason to refuse the right password.
        Ok(password::Verdict::MatchStale) => password::hash(password, salt).map_or(Outcome::Right, Outcome::Rehashed),
        Ok(password::Verdict::Mismatch) => Outcome::Refused,
        Err(_) => {
            password::burn(password);
            Outcome::Refused
        }
    }
}

/// Stores today's encoding in place of yesterday's.
///
/// Where the row changed meanwhile, the password is held against what stands there now: a second login of the same
/// user gets in, a password that was just changed does not.
async fn rehash(user: User, encoded: String, password: &str, call: &Call<'_>) -> Result<User, Problem> {
    match call.service.store.replace_password(&user.id, &user.password, &encoded).await? {
        Replaced::Replaced => return Ok(User { password: encoded, ..user }),
        Replaced::Missing => return Err(Problem::NoActiveAccount),
        Replaced::Stale => {}
    }
    let now = call.service.store.user(&user.id).await?.filter(|user| user.is_active).ok_or(Problem::NoActiveAccount)?;
    match examine(password, Some(&now), call).await? {
        Outcome::Refused => Err(Problem::NoActiveAccount),
        Outcome::Rehashed(_) | Outcome::Right => Ok(now),
    }
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
