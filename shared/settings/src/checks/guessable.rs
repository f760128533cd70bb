//! Secrets of the settings that could be guessed, and those that are short for what they do.

use crate::{
    fault::Fault,
    table::Settings,
    values::choice::{Legacy, Profile},
};
use token::{Key, Weakness, is_known_secret};

/// What stops the start in profile `hardened`.
pub(crate) fn refused(settings: &Settings) -> Vec<Fault> {
    let is_strict = settings.profile == Profile::Hardened;
    guessable(settings).into_iter().filter(|_| is_strict).collect()
}

/// What is told elsewhere, as Simple JWT starts with it.
pub(crate) fn told(settings: &Settings) -> Vec<Fault> {
    let is_lenient = settings.profile != Profile::Hardened;
    let short = weak(settings).into_iter().filter(|(_, weakness)| !weakness.is_guessable());
    let short =
        short.map(|(variable, weakness)| Fault::new(variable, format!("is weak: {weakness}; give a longer one")));
    guessable(settings).into_iter().filter(|_| is_lenient).chain(short).collect()
}

fn guessable(settings: &Settings) -> Vec<Fault> {
    let keys = weak(settings).into_iter().filter(|(_, weakness)| weakness.is_guessable());
    let keys = keys.map(|(variable, weakness)| {
        Fault::new(
            variable,
            format!(
                "can be guessed: {weakness}, and an attacker who guesses it can issue tokens for all users; \
                 give 32 random bytes or more, such as those of: openssl rand -base64 48"
            ),
        )
    });
    let clients = settings.oauth_clients.iter().filter(|(_, secret)| is_known_secret(secret.text().as_bytes()));
    let clients = clients.map(|(id, _)| {
        let sentence = format!("has a secret for {id} that is on public lists; give a random one");
        Fault::new("OAUTH_CLIENTS", sentence)
    });
    keys.chain(clients).collect()
}

/// Each secret that signs tokens and is weak, with what is wrong.
fn weak(settings: &Settings) -> Vec<(&'static str, Weakness)> {
    let own = settings.signing_key.text().as_bytes();
    let own = (!own.is_empty()).then(|| Key::hmac(None, settings.algorithm, own).ok()).flatten();
    let own = own.and_then(|key| Some(("SIGNING_KEY", key.weakness()?)));
    let is_legacy = settings.legacy != Legacy::Off && !settings.jwt_secret_key.is_empty();
    let legacy = settings.legacy_keys().ok().flatten().filter(|_| is_legacy).into_iter().flatten();
    let legacy = legacy.flat_map(|set| set.keys().to_vec());
    let legacy = legacy.filter_map(|key| Some(("JWT_SECRET_KEY", key.weakness()?)));
    own.into_iter().chain(legacy).collect()
}

#[cfg(test)]
mod tests {
    use crate::table::Settings;

    const GOOD: &str = "N0bodyHasEverSeenThisOneAsTheTemplateMakesIt";
    const KNOWN: &str = "<random_string_at_least_32_characters_long>";

    /// What stops the start in `hardened`, and what is told in `simplejwt`.
    fn both(given: &[(&str, &str)]) -> (String, String) {
        let hardened = [&[("PROFILE", "hardened"), ("ALGORITHM", "HS256")], given].concat();
        let refused = Settings::of(&hardened).err().map(|faults| faults.to_string()).unwrap_or_default();
        let notes = Settings::of(given).unwrap();
        (refused, notes.notes().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn guessable_secrets_stop_the_start_in_one_profile_and_are_told_in_the_other() {
        let clients = format!("app:{KNOWN}");
        for (given, variable, why) in [
            (&[("SIGNING_KEY", "secret")][..], "SIGNING_KEY: can be guessed", "at least 32 bytes"),
            (&[("SIGNING_KEY", KNOWN)], "SIGNING_KEY: can be guessed", "public lists"),
            (&[("LEGACY", "jwt"), ("JWT_SECRET_KEY", "secret")], "JWT_SECRET_KEY: can be guessed", "at least 32 bytes"),
            (&[("LEGACY", "jwt"), ("JWT_SECRET_KEY", KNOWN)], "JWT_SECRET_KEY: can be guessed", "public lists"),
            (&[("OAUTH_CLIENTS", &clients)], "OAUTH_CLIENTS: has a secret for app", "public lists"),
        ] {
            let (refused, told) = both(given);
            for text in [refused, told] {
                assert!(text.starts_with(variable) && text.contains(why) && text.lines().count() == 1, "{text}");
                assert!(!text.contains(KNOWN), "{text}");
            }
        }
    }

    #[test]
    fn good_secrets_are_not_mentioned() {
        let clients = format!("app:{GOOD}");
        let given = [("SIGNING_KEY", GOOD), ("LEGACY", "jwt"), ("JWT_SECRET_KEY", GOOD), ("OAUTH_CLIENTS", &clients)];
        assert_eq!(both(&given), (String::new(), String::new()));
        assert_eq!(both(&[("JWT_SECRET_KEY", "secret")]), (String::new(), String::new()), "LEGACY is off");
        let (_, told) = both(&[("LEGACY", "jwt"), ("SIGNING_KEY", "secret")]);
        assert!(told.starts_with("SIGNING_KEY: ") && told.lines().count() == 1, "both have it: {told}");
    }

    #[test]
    fn a_secret_that_is_shorter_than_its_hash_is_told() {
        let (refused, told) = both(&[("SIGNING_KEY", GOOD), ("ALGORITHM", "HS512")]);
        assert_eq!(refused, "");
        assert!(told.starts_with("SIGNING_KEY: is weak: the secret is shorter than its hash"), "{told}");
    }
}
