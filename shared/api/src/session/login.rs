//! Name and password in, a user out: what every way to log in begins with.

use crate::{
    call::Call,
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::throttle::Attempt,
    view::Field,
};
use settings::Settings;
use store::{Replaced, User};
use zeroize::Zeroizing;

/// Who says to be whom.
pub struct Credentials {
    name: String,
    password: Zeroizing<String>,
}

impl Credentials {
    /// Reads the two fields: USERNAME_FIELD and the password, which is taken as it was typed.
    pub(crate) fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let [name, password] =
            request.require([Char::trimmed(settings.username_field.word()), Char::exact("password")])?;
        Ok(Self { name, password: Zeroizing::new(password) })
    }

    /// The two fields, for `OPTIONS`.
    pub(crate) fn fields(settings: &Settings) -> Vec<Field<'_>> {
        [settings.username_field.word(), "password"].map(Field::required).into()
    }

    /// The user whose name and password these are.
    pub(crate) async fn log_in(self, call: &Call<'_>) -> Result<User, Problem> {
        let attempt = Attempt::begin(&self.name, call).await?;
        match self.authenticate(call).await {
            Ok(user) => {
                attempt.succeeded(call).await;
                Ok(user)
            }
            Err(Problem::NoActiveAccount) => {
                log::login_failed(&self.name, call);
                attempt.failed(call).await?;
                Err(Problem::NoActiveAccount)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Unknown, inactive and wrong cost the same: one verification, whoever it is that is not let in.
    async fn authenticate(&self, call: &Call<'_>) -> Result<User, Problem> {
        let known = call.service.user_named(&self.name).await?;
        let outcome = examine(&self.password, known.as_ref(), call).await?;
        let user = known.filter(|user| user.is_active).ok_or(Problem::NoActiveAccount)?;
        let user = match outcome {
            Outcome::Refused => return Err(Problem::NoActiveAccount),
            Outcome::Right => user,
            Outcome::Rehashed(encoded) => rehash(user, encoded, &self.password, call).await?,
        };
        if !call.service.recognizes(&user).await? {
            return Err(Problem::NoActiveAccount);
        }
        if call.service.settings().update_last_login {
            let touched = call.service.store.touch_login(&user.id, call.ambient.now).await;
            touched.map_or_else(|fault| log::login_not_recorded("last_login", &fault), drop);
        }
        Ok(user)
    }
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

/// Stores today's encoding in place of yesterday's. Where that fails yesterday's stays: the password was right.
///
/// Where the row changed meanwhile, the password is held against what stands there now: a second login of the same
/// user gets in, a password that was just changed does not.
async fn rehash(user: User, encoded: String, password: &str, call: &Call<'_>) -> Result<User, Problem> {
    match call.service.store.replace_password(&user.id, &user.password, &encoded).await {
        Ok(Replaced::Replaced) => return Ok(User { password: encoded, ..user }),
        Ok(Replaced::Missing) => return Err(Problem::NoActiveAccount),
        Ok(Replaced::Stale) => {}
        Err(fault) => {
            log::login_not_recorded("password", &fault);
            return Ok(user);
        }
    }
    let now = call.service.store.user(&user.id).await?.filter(|user| user.is_active).ok_or(Problem::NoActiveAccount)?;
    match examine(password, Some(&now), call).await? {
        Outcome::Refused => Err(Problem::NoActiveAccount),
        Outcome::Rehashed(_) | Outcome::Right => Ok(now),
    }
}
