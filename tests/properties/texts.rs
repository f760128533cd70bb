//! Texts that people type or that Django wrote: settings, spans of time, stored passwords.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use password::Verdict;
use proptest::{collection::vec, prelude::*};
use settings::{Settings, TABLE};

/// The name of any setting.
fn name() -> impl Strategy<Value = &'static str> {
    (0..TABLE.len()).prop_map(|at| TABLE[at].variable)
}

/// Text that is nearly a value.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,60}",
        "[0-9]{1,25}[smhdw]?",
        "-?[0-9.e]{1,12}",
        "(true|false|none|null|\\[\\]|\\{\\}|,)+",
        "timedelta\\([a-z=0-9., *]{0,30}\\)",
        "https?://[a-z0-9.:/*-]{0,30}",
        "P[0-9WDTHMS]{0,12}",
    ]
}

proptest! {
    #[test]
    fn whatever_a_setting_says_it_is_read_or_refused(variables in vec((name(), value()), 1..4)) {
        let first = Settings::of(&variables).map(|settings| format!("{settings:?}")).map_err(|faults| faults.to_string());
        let again = Settings::of(&variables).map(|settings| format!("{settings:?}")).map_err(|faults| faults.to_string());
        prop_assert_eq!(&first, &again, "the same text means the same");
        if let Err(faults) = first {
            prop_assert!(!faults.trim().is_empty());
        }
    }

    #[test]
    fn no_refusal_and_no_debug_text_shows_a_secret(secret in "[a-zA-Z0-9]{24,48}", other in value()) {
        for (name, beside) in [("SIGNING_KEY", "LEEWAY"), ("JWT_SECRET_KEY", "ACCESS_TOKEN_LIFETIME")] {
            let shown = match Settings::of(&[(name, secret.as_str()), (beside, other.as_str()), ("LEGACY", "jwt")]) {
                Ok(settings) => format!("{settings:?} {:?}", settings.notes()),
                Err(faults) => format!("{faults} {faults:?}"),
            };
            prop_assert!(!shown.contains(&secret), "{}", shown);
        }
    }

    #[test]
    fn a_span_is_the_same_in_every_spelling(days in 0..9_999_i64, hours in 0..24_i64, minutes in 0..60_i64, seconds in 0..60_i64) {
        let expected = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
        for text in [
            expected.to_string(),
            format!("{days}d{hours}h{minutes}m{seconds}s"),
            format!("timedelta(days={days}, hours={hours}, minutes={minutes}, seconds={seconds})"),
            format!("{days} days, {hours}:{minutes:02}:{seconds:02}"),
            format!("P{days}DT{hours}H{minutes}M{seconds}S"),
        ] {
            let read = Settings::of(&[("SESSION_MAX_LIFETIME", text.as_str()), ("PROFILE", "hardened")]);
            prop_assert_eq!(read.ok().map(|settings| settings.session_max_lifetime), Some(expected), "{}", text);
        }
    }

    #[test]
    fn no_stored_text_makes_the_comparison_stop(
        encoded in prop_oneof![
            ".{0,80}",
            "(md5|sha1|pbkdf2_sha256|pbkdf2_sha1|scrypt|bcrypt|bcrypt_sha256|argon2)\\$[$a-zA-Z0-9=,/+.]{0,60}",
            "\\$(2[aby]|argon2id)\\$[$a-z0-9=,]{0,40}",
        ],
        password in ".{0,20}",
    ) {
        // A hash that would take long is for the vectors; what none is must be told at once.
        if password::memory(&encoded).is_err() {
            prop_assert!(password::verify(&password, &encoded).is_err());
        }
        prop_assert!(password::scheme(&encoded).is_some() || password::memory(&encoded).is_err() || !password::is_usable(&encoded));
    }

    #[test]
    fn a_password_that_django_stored_is_good_and_no_other(
        password in "[ -~]{1,30}", wrong in "[ -~]{1,30}", salt in "[a-zA-Z0-9]{1,16}", rounds in 1..9_u32
    ) {
        let hash = pbkdf2(&password, &salt, rounds);
        let encoded = format!("pbkdf2_sha256${rounds}${salt}${hash}");
        prop_assert_eq!(password::verify(&password, &encoded), Ok(Verdict::MatchStale));
        if wrong != password {
            prop_assert_eq!(password::verify(&wrong, &encoded), Ok(Verdict::Mismatch));
        }
        prop_assert_eq!(password::scheme(&encoded), Some("pbkdf2_sha256"));
    }
}

fn pbkdf2(password: &str, salt: &str, rounds: u32) -> String {
    let mut hash = [0; 32];
    let rounds = std::num::NonZeroU32::new(rounds).unwrap();
    aws_lc_rs::pbkdf2::derive(
        aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA256,
        rounds,
        salt.as_bytes(),
        password.as_bytes(),
        &mut hash,
    );
    BASE64_STANDARD.encode(hash)
}
