//! What was given and does not do what it says: Simple JWT starts with it, and so does the service, but not in silence.

use crate::{
    accounts,
    checks::{foreign, guessable},
    fault::Fault,
    table::Settings,
    values::copied::FieldSource,
};

/// A note for each of the settings, as they were given.
pub(crate) fn of(settings: &Settings, lookup: &impl Fn(&str) -> Option<String>) -> Vec<Fault> {
    let mut notes = ignored(settings);
    notes.extend(stillborn(settings));
    notes.extend(unasked(settings));
    notes.extend(shared(settings));
    notes.extend(self_said(settings));
    notes.extend(guessable::told(settings));
    notes.extend(accounts::unmailed(settings).filter(|_| accounts::are_made(lookup)));
    notes.extend(renamed(lookup));
    notes.extend(foreign::ignored(lookup));
    notes
}

/// Where one secret signs and verifies.
fn ignored(settings: &Settings) -> Vec<Fault> {
    let shared = settings.algorithm.is_symmetric();
    let given = [("VERIFYING_KEY", !settings.verifying_key.is_empty()), ("JWK_URL", settings.jwk_url.is_some())];
    let without_use = given.into_iter().filter(|(_, given)| shared && *given);
    let sentence =
        format!("is ignored with ALGORITHM {}, where one secret signs and verifies; leave it out", settings.algorithm);
    without_use.map(|(variable, _)| Fault::new(variable, sentence.clone())).collect()
}

/// Tokens that are expired when they are issued.
fn stillborn(settings: &Settings) -> impl Iterator<Item = Fault> {
    let lifetimes = [
        ("ACCESS_TOKEN_LIFETIME", settings.access_token_lifetime),
        ("REFRESH_TOKEN_LIFETIME", settings.refresh_token_lifetime),
        ("SLIDING_TOKEN_LIFETIME", settings.sliding_token_lifetime),
        ("SLIDING_TOKEN_REFRESH_LIFETIME", settings.sliding_token_refresh_lifetime),
        ("JWT_EXPIRATION_DELTA", settings.jwt_expiration_delta),
        ("JWT_REFRESH_EXPIRATION_DELTA", settings.jwt_refresh_expiration_delta),
    ];
    let sentence = "is not above zero: such tokens are expired when they are issued; give a time such as 5m";
    lifetimes
        .into_iter()
        .filter(|(_, lifetime)| *lifetime <= 0)
        .map(move |(variable, _)| Fault::new(variable, sentence))
}

fn unasked(settings: &Settings) -> Option<Fault> {
    let sentence = "is none: a token without a type passes for any type, such as another issuer's refresh token for an access token; \
                    name the claim if the issuer writes one";
    settings.token_type_claim.is_none().then(|| Fault::new("TOKEN_TYPE_CLAIM", sentence))
}

/// Without cookies this opens nothing, and it is rarely what is meant.
fn shared(settings: &Settings) -> Option<Fault> {
    let sentence = "is on with CORS_ALLOW_CREDENTIALS, so every page may send its visitor's cookies and read the answer; \
                    name the pages in CORS_ALLOWED_ORIGINS";
    let everybody = settings.cors_allow_all_origins && settings.cors_allow_credentials;
    everybody.then(|| Fault::new("CORS_ALLOW_ALL_ORIGINS", sentence))
}

/// A claim that its user writes says what the user wants to be.
fn self_said(settings: &Settings) -> Option<Fault> {
    let writes = |source: &FieldSource| match source {
        FieldSource::Attribute(name) => settings.user_writable_attributes.contains(name),
        FieldSource::BuiltIn(_) => false,
    };
    let claim = settings.token_claims.iter().find(|claim| writes(&claim.source))?;
    let sentence = "is a claim that users can write (USER_WRITABLE_ATTRIBUTES); let no service decide by it";
    Some(Fault::new("TOKEN_CLAIMS", format!("{:?} {sentence}", claim.name)))
}

/// A user has no such field here. What stands in it is the id, if it was brought along as such.
fn renamed(lookup: &impl Fn(&str) -> Option<String>) -> Option<Fault> {
    let field = lookup("USER_ID_FIELD").filter(|field| matches!(field.trim(), "uid" | "uuid"))?;
    let field = field.trim();
    Some(Fault::new(
        "USER_ID_FIELD",
        format!("{field} is read as id; import the users with: latchkey users import --id-field {field}"),
    ))
}

#[cfg(test)]
mod tests {
    use crate::table::Settings;

    fn notes(given: &[(&str, &str)]) -> Vec<String> {
        Settings::of(given).unwrap().notes().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_secret_needs_no_other_key() {
        let told = notes(&[("VERIFYING_KEY", "x"), ("JWK_URL", "https://a.example")]);
        let sentence = "is ignored with ALGORITHM HS256, where one secret signs and verifies; leave it out";
        assert_eq!(told, [format!("VERIFYING_KEY: {sentence}"), format!("JWK_URL: {sentence}")]);
        let settings = Settings::of(&[("VERIFYING_KEY", "x"), ("JWK_URL", "https://a.example")]).unwrap();
        assert!(settings.verifying_key.is_empty() && settings.jwk_url.is_none() && settings.keys().unwrap().is_none());
        assert!(notes(&[("ALGORITHM", "RS256"), ("JWK_URL", "https://a.example")]).is_empty());
    }

    #[test]
    fn a_lifetime_of_nothing_is_told() {
        for text in ["0", "-5m", "timedelta(0)"] {
            let told = notes(&[("ACCESS_TOKEN_LIFETIME", text)]);
            assert!(told.len() == 1 && told[0].starts_with("ACCESS_TOKEN_LIFETIME: is not above zero"), "{told:?}");
        }
    }

    #[test]
    fn types_that_are_not_asked_for_are_told() {
        let told = notes(&[("TOKEN_TYPE_CLAIM", "None"), ("JTI_CLAIM", "none")]);
        assert!(told.len() == 1 && told[0].starts_with("TOKEN_TYPE_CLAIM: is none: "), "{told:?}");
    }

    #[test]
    fn a_claim_that_its_user_writes_is_told() {
        let claims = ("TOKEN_CLAIMS", "tier=plan");
        let told = notes(&[claims, ("USER_WRITABLE_ATTRIBUTES", "plan")]);
        assert!(
            told.len() == 1 && told[0].starts_with("TOKEN_CLAIMS: \"tier\" is a claim that users can write"),
            "{told:?}"
        );
        assert!(notes(&[claims, ("USER_WRITABLE_ATTRIBUTES", "phone")]).is_empty());
    }

    #[test]
    fn a_users_uuid_is_the_id() {
        assert_eq!(
            notes(&[("USER_ID_FIELD", "uuid")]),
            ["USER_ID_FIELD: uuid is read as id; import the users with: latchkey users import --id-field uuid"]
        );
        assert!(notes(&[("USER_ID_FIELD", "pk")]).is_empty());
    }

    #[test]
    fn credentials_of_every_page_are_told() {
        let all = [("CORS_ALLOW_ALL_ORIGINS", "true"), ("CORS_ALLOW_CREDENTIALS", "true")];
        let told = notes(&all);
        assert!(told.len() == 1 && told[0].starts_with("CORS_ALLOW_ALL_ORIGINS: is on with CORS_ALLOW"), "{told:?}");
        assert!(notes(&all[..1]).is_empty());
    }

    #[test]
    fn links_that_nobody_gets_are_told_where_accounts_are_made() {
        let given = ("ACCOUNTS", "dj-rest-auth");
        let told = notes(&[given]);
        assert!(
            told.len() == 1 && told[0].starts_with("ACTIVATION_URL: is not set, so new users get no link"),
            "{told:?}"
        );
        assert_eq!(notes(&[given, ("USERS_TABLE", "u"), ("OUTBOX_TABLE", "o")]), told);
        assert!(notes(&[given, ("USERS_TABLE", "u")]).is_empty(), "a function that mails nothing");
        assert!(notes(&[given, ("ACTIVATION_URL", "https://app.example.com/{key}")]).is_empty());
        assert!(notes(&[given, ("ACCOUNT_EMAIL_VERIFICATION", "none")]).is_empty());
    }

    #[test]
    fn there_is_nothing_to_tell_of_nothing() {
        assert!(notes(&[]).is_empty() && notes(&[("PROFILE", "hardened")]).is_empty());
    }
}
