//! CLAIMS_FUNCTION: claims by a team's own code, asked for at a login and, with CLAIMS_FUNCTION_AT_REFRESH, at every refresh.
//! Where nobody says them there is no token.

use crate::{call::Call, log, problem::Problem, session::REMEMBER};
use claims::{Bounds, Occasion, Question, Said};
use store::User;
use token::Claims;

/// What tokens say by themselves, or in a standard's words (RFC 7519 section 4.1), whatever the settings call the rest.
const OWN: [&str; 9] = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub", REMEMBER, token::EPOCH];

/// What the function is told of who issues tokens that say no issuer.
const ISSUER: &str = "latchkey";

/// For which token the function is asked.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// What this kind of token says by itself beside what all do.
    pub(crate) own: &'a [&'a str],
    /// How much of the token the claims may take, in bytes of JSON.
    pub(crate) longest: usize,
}

/// What the function says of a user who logs in; nothing where there is none.
pub(crate) async fn at_login(user: &User, terms: Terms<'_>, call: &Call<'_>) -> Result<Said, Problem> {
    ask(Occasion::Login, user, terms, call).await
}

/// What it says of a user whose session goes on; `None` where what it said before holds.
pub(crate) async fn at_refresh(user: &User, terms: Terms<'_>, call: &Call<'_>) -> Result<Option<Said>, Problem> {
    if !call.service.settings().claims_function_at_refresh {
        return Ok(None);
    }
    anew(user, terms, call).await.map(Some)
}

/// What it says of a user whose token is replaced by one that is made from nothing, as the packages before Simple JWT do it.
pub(crate) async fn anew(user: &User, terms: Terms<'_>, call: &Call<'_>) -> Result<Said, Problem> {
    ask(Occasion::Refresh, user, terms, call).await
}

/// What it said before, as a token has it: all that neither the token nor TOKEN_CLAIMS says.
pub(crate) fn said_before(claims: &Claims, call: &Call<'_>) -> Claims {
    if call.service.claims.is_none() {
        return Claims::default();
    }
    let others = [own_names(call), rewritten_names(call)].concat();
    let said = claims.iter().filter(|(name, _)| !others.contains(name));
    said.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

async fn ask(occasion: Occasion, user: &User, terms: Terms<'_>, call: &Call<'_>) -> Result<Said, Problem> {
    let Some(asker) = &call.service.claims else { return Ok(Said::default()) };
    let settings = call.service.settings();
    let (reserved, rewritten) = ([terms.own, &own_names(call)].concat(), rewritten_names(call));
    let rewritten: &[&str] = if settings.claims_function_at_refresh { &[] } else { &rewritten };
    let bounds = Bounds { reserved: &reserved, rewritten, longest: terms.longest };
    let question = Question { occasion, issuer: settings.issuer.as_deref().unwrap_or(ISSUER), user };
    asker.ask(&question, &bounds, call.ambient.now).await.map_err(|fault| {
        log::claims_function_failed(&fault, call);
        Problem::unavailable("CLAIMS_FUNCTION names no claims")
    })
}

fn own_names<'c>(call: &Call<'c>) -> Vec<&'c str> {
    let names = &call.service.rules.names;
    let named = [&names.jti, &names.refresh_exp, &names.revoke, &names.token_type, &names.user_id];
    OWN.into_iter().chain(named.map(String::as_str)).collect()
}

fn rewritten_names<'c>(call: &Call<'c>) -> Vec<&'c str> {
    call.service.settings().token_claims.iter().map(|field| field.name.as_str()).collect()
}
