//! Settings that are right by themselves and wrong together.

use crate::choice::UserField;
use crate::fault::Fault;
use crate::table::Settings;

/// Every pair that contradicts each other.
pub(crate) fn contradictions(settings: &Settings) -> Vec<Fault> {
    let mut faults = claim_names(settings);
    faults.extend(keys(settings));
    faults.extend(sessions(settings));
    faults
}

fn claim_names(settings: &Settings) -> Vec<Fault> {
    let names = [
        ("USER_ID_CLAIM", &settings.user_id_claim),
        ("TOKEN_TYPE_CLAIM", &settings.token_type_claim),
        ("JTI_CLAIM", &settings.jti_claim),
        ("SLIDING_TOKEN_REFRESH_EXP_CLAIM", &settings.sliding_token_refresh_exp_claim),
        ("REVOKE_TOKEN_CLAIM", &settings.revoke_token_claim),
    ];
    let earlier = |place: usize, name: &String| names.into_iter().take(place).find(|(_, other)| *other == name);
    names
        .into_iter()
        .enumerate()
        .filter_map(|(place, (variable, name))| {
            let taken = earlier(place, name).map(|(other, _)| other).or_else(|| reserved(settings, variable, name))?;
            Some(Fault::new(variable, format!("{name:?} is already the claim of {taken}; give another name")))
        })
        .collect()
}

/// Who has the claim `name` whatever the settings. A user may be named in `sub`, and a token's id stands in `jti` by default.
fn reserved(settings: &Settings, variable: &str, name: &str) -> Option<&'static str> {
    let copied = settings.token_claims.iter().any(|field: &UserField| field.word() == name);
    match name {
        _ if copied => Some("TOKEN_CLAIMS"),
        "sub" if variable == "USER_ID_CLAIM" => None,
        "jti" if variable == "JTI_CLAIM" => None,
        "aud" | "exp" | "iat" | "iss" | "jti" | "nbf" | "sub" => Some("the JWT standard"),
        _ => None,
    }
}

fn keys(settings: &Settings) -> Vec<Fault> {
    let (signing, verifying) = (&settings.signing_key, &settings.verifying_key);
    let algorithm = settings.algorithm;
    let shared = algorithm.is_symmetric();
    let faults = [
        (shared && signing.is_pem(), "SIGNING_KEY", "is a PEM key, but ALGORITHM is {}, which takes a shared secret"),
        (
            !shared && !signing.is_empty() && !signing.is_pem(),
            "SIGNING_KEY",
            "is no PEM key, but ALGORITHM is {}, which takes one",
        ),
        (
            shared && !verifying.is_empty(),
            "VERIFYING_KEY",
            "has no use with ALGORITHM {}, where one secret signs and verifies",
        ),
        (
            !shared && !verifying.is_empty() && !verifying.is_pem(),
            "VERIFYING_KEY",
            "is no PEM key, but ALGORITHM is {}, which takes one",
        ),
        (
            shared && settings.jwk_url.is_some(),
            "JWK_URL",
            "has no use with ALGORITHM {}; published keys are RS, PS, ES or EdDSA",
        ),
    ];
    let wrong = faults.into_iter().filter(|(wrong, ..)| *wrong);
    wrong.map(|(_, variable, sentence)| Fault::new(variable, sentence.replace("{}", &algorithm.to_string()))).collect()
}

fn sessions(settings: &Settings) -> Vec<Fault> {
    let rows = settings.blacklist_enabled;
    let once = settings.rotate_refresh_tokens && settings.blacklist_after_rotation && rows;
    let faults = [
        (
            settings.reuse_detection && !once,
            "REUSE_DETECTION",
            "ROTATE_REFRESH_TOKENS, BLACKLIST_AFTER_ROTATION and BLACKLIST_ENABLED",
        ),
        (settings.require_session && !rows, "REQUIRE_SESSION", "BLACKLIST_ENABLED"),
        (settings.session_check && !rows, "SESSION_CHECK", "BLACKLIST_ENABLED"),
    ];
    let wrong = faults.into_iter().filter(|(wrong, ..)| *wrong);
    wrong
        .map(|(_, variable, needs)| {
            Fault::new(variable, format!("is on, but needs {needs}; set them to true or {variable} to false"))
        })
        .collect()
}
