//! From a token to the principal that it names, by the keys alone: Simple JWT's `JWTAuthentication`.

use crate::{
    authentication::principal::{Principal, is_telling},
    problem::Problem,
};
use serde_json::Value;
use settings::{Settings, TokenClass};
use std::collections::BTreeMap;
use token::{Access, Any, Claims, KeySet, Kind, Refresh, Rules, Sliding, Token};

/// A principal with everything its token says.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Whom the token speaks for.
    pub principal: Principal,
    /// The token's claims.
    pub claims: Claims,
    pub(crate) class: TokenClass,
}

/// Verifies a token against the keys alone: no store is asked.
pub(crate) fn verify(
    raw: &str,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    let mut refusals = Vec::new();
    for class in &settings.auth_token_classes {
        let verified = match class {
            TokenClass::Access => read::<Access>(*class, raw, keys, rules, now),
            TokenClass::Refresh => read::<Refresh>(*class, raw, keys, rules, now),
            TokenClass::Sliding => read::<Sliding>(*class, raw, keys, rules, now),
            TokenClass::Untyped => read::<Any>(*class, raw, keys, rules, now),
        };
        match verified {
            Ok(authenticated) => {
                let authenticated = authenticated.ok_or(Problem::NoUserIdentification)?;
                return authenticated.of_somebody(rules).map(|a| a.telling(settings));
            }
            Err(error) => refusals.push((class.word(), token_type(*class), error.to_string())),
        }
    }
    Err(Problem::TokenForAnyClass(refusals))
}

impl Authenticated {
    /// The bearer of a token of the packages before Simple JWT.
    pub(crate) fn of_legacy(principal: Principal, claims: Claims, settings: &Settings) -> Self {
        Self { principal, claims, class: TokenClass::Untyped }.telling(settings)
    }

    /// Refuses a token whose USER_ID_CLAIM is there and names nobody: `null`, blank text, the number 0. No row of a user
    /// has such an id, and a gateway without the store would hand it on as if one had.
    fn of_somebody(self, rules: &Rules) -> Result<Self, Problem> {
        let is_zero = self.claims.get(&rules.names.user_id).is_some_and(|id| id.as_f64() == Some(0.0));
        let is_nobody = is_zero || self.principal.user_id.trim().is_empty();
        if is_nobody { Err(Problem::UserNotFound) } else { Ok(self) }
    }

    /// With the claims of TOKEN_CLAIMS told as text.
    fn telling(mut self, settings: &Settings) -> Self {
        let told = settings.token_claims.iter().filter_map(|field| Some((field.name.clone(), self.told(&field.name)?)));
        self.principal.claims = told.collect();
        self
    }

    /// A claim as flat text: a list of texts as JSON, no other structure. `None` for what would not pass unharmed.
    pub(crate) fn told(&self, claim: &str) -> Option<String> {
        let text = match self.claims.get(claim)? {
            Value::String(text) => text.clone(),
            Value::Array(values) if values.iter().all(Value::is_string) => Value::from(values.clone()).to_string(),
            Value::Array(_) | Value::Null | Value::Object(_) => return None,
            value => value.to_string(),
        };
        is_telling(&text).then_some(text)
    }
}

fn read<K: Kind>(
    class: TokenClass,
    raw: &str,
    keys: &KeySet,
    rules: &Rules,
    now: i64,
) -> Result<Option<Authenticated>, token::Error> {
    let token = Token::<K>::verify(raw, keys, rules, now)?;
    Ok(token.user_id().map(|user_id| Authenticated {
        principal: Principal {
            user_id: user_id.to_owned(),
            token_type: token.token_type().to_owned(),
            jti: token.jti().to_owned(),
            expiry: token.expiry(),
            login: token::login_time(token.claims()),
            claims: BTreeMap::new(),
        },
        claims: token.claims().clone(),
        class,
    }))
}

/// What Simple JWT calls the type of a class.
pub(crate) fn token_type(class: TokenClass) -> &'static str {
    match class {
        TokenClass::Access => "access",
        TokenClass::Refresh => "refresh",
        TokenClass::Sliding => "sliding",
        TokenClass::Untyped => "untyped",
    }
}
