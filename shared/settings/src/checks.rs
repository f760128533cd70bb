//! Settings that are right by themselves and wrong together.

pub(crate) mod code;
pub(crate) mod foreign;
pub(crate) mod guessable;
pub(crate) mod near;
pub(crate) mod notes;

use crate::{
    fault::{Fault, Faults},
    table::Settings,
    values::{
        choice::{Profile, TokenEndpoints},
        copied, kind,
    },
};

/// Every pair that contradicts each other.
pub(crate) fn contradictions(settings: &Settings) -> Vec<Fault> {
    let mut faults = claim_names(settings);
    faults.extend(copied_names(settings));
    faults.extend(unnamed(settings));
    faults.extend(types(settings));
    faults.extend(keys(settings));
    faults.extend(sessions(settings));
    faults.extend(cookies(settings));
    faults.extend(settings.cors_allowed_origins.iter().filter_map(|origin| not_an_origin(origin)));
    faults.extend(shared_with_everybody(settings));
    faults.extend(
        settings
            .oauth_clients
            .is_malformed()
            .then(|| Fault::new("OAUTH_CLIENTS", format!("is not a list of clients; give {}", kind::CLIENTS.accepts))),
    );
    faults.extend(guessable::refused(settings));
    faults.extend(settings.legacy_keys().err().into_iter().flat_map(Faults::into_iter));
    faults
}

fn claim_names(settings: &Settings) -> Vec<Fault> {
    let own = settings.rules().names;
    let names = [
        ("USER_ID_CLAIM", &settings.user_id_claim),
        ("TOKEN_TYPE_CLAIM", &own.token_type),
        ("JTI_CLAIM", &own.jti),
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
    let copied = settings.token_claims.iter().any(|field| field.name == name);
    match name {
        _ if copied => Some("TOKEN_CLAIMS"),
        "sub" if variable == "USER_ID_CLAIM" => None,
        "jti" if variable == "JTI_CLAIM" => None,
        "aud" | "exp" | "iat" | "iss" | "jti" | "nbf" | "sub" => Some("the JWT standard"),
        _ => None,
    }
}

/// A copied field must not pass for what a token or an answer says by itself.
fn copied_names(settings: &Settings) -> Vec<Fault> {
    let standard = settings.token_claims.iter().find(|field| ["aud", "iss", "nbf", "sub"].contains(&&*field.name));
    copied::misleading(&settings.token_claims, &settings.obtain_fields)
        .chain(standard.map(|field| ("TOKEN_CLAIMS", field.name.as_str())))
        .map(|(variable, name)| {
            Fault::new(variable, format!("{name:?} is a reserved name; give another name before ="))
        })
        .collect()
}

/// Nobody can be asked at a refresh who has no name.
fn unnamed(settings: &Settings) -> Option<Fault> {
    let is_unnamed = settings.claims_function_at_refresh && settings.claims_function.is_none();
    is_unnamed.then(|| Fault::new("CLAIMS_FUNCTION_AT_REFRESH", "has no effect without CLAIMS_FUNCTION; set both"))
}

fn types(settings: &Settings) -> Option<Fault> {
    let strict = settings.profile == Profile::Hardened && settings.token_type_claim.is_none();
    strict.then(|| {
        Fault::new(
            "TOKEN_TYPE_CLAIM",
            "is none, and PROFILE hardened keeps refresh tokens from opening routes; name a claim",
        )
    })
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
            !shared && !verifying.is_empty() && !verifying.is_pem(),
            "VERIFYING_KEY",
            "is no PEM key, but ALGORITHM is {}, which takes one",
        ),
    ];
    let wrong = faults.into_iter().filter(|(wrong, ..)| *wrong);
    wrong.map(|(_, variable, sentence)| Fault::new(variable, sentence.replace("{}", &algorithm.to_string()))).collect()
}

fn sessions(settings: &Settings) -> Vec<Fault> {
    let rows = settings.blacklist_enabled;
    let once = settings.rotate_refresh_tokens && settings.blacklist_after_rotation && rows;
    let rotation = "ROTATE_REFRESH_TOKENS, BLACKLIST_AFTER_ROTATION and BLACKLIST_ENABLED";
    let (limited, branches) = (settings.max_sessions_per_user > 0, settings.rotate_refresh_tokens && !once);
    let faults = [
        (settings.reuse_detection && !once, "REUSE_DETECTION", rotation, "false"),
        (
            settings.reuse_ends_all_sessions && !settings.reuse_detection,
            "REUSE_ENDS_ALL_SESSIONS",
            "REUSE_DETECTION",
            "false",
        ),
        (settings.require_session && !rows, "REQUIRE_SESSION", "BLACKLIST_ENABLED", "false"),
        (settings.session_check && !rows, "SESSION_CHECK", "BLACKLIST_ENABLED", "false"),
        (settings.session_idle_lifetime > 0 && !once, "SESSION_IDLE_LIFETIME", rotation, "0"),
        (limited && !rows, "MAX_SESSIONS_PER_USER", "BLACKLIST_ENABLED", "0"),
        // Without, every refresh begins a session.
        (limited && rows && branches, "MAX_SESSIONS_PER_USER", "BLACKLIST_AFTER_ROTATION", "0"),
    ];
    let wrong = faults.into_iter().filter(|(wrong, ..)| *wrong);
    let needing = wrong.map(|(_, variable, needs, off)| {
        Fault::new(variable, format!("is on, but needs {needs}; set them to true or {variable} to {off}"))
    });
    needing.chain(forgotten(settings)).collect()
}

/// An access token must not outlive the memory that its session has ended: DynamoDB may delete the row two days after the end.
fn forgotten(settings: &Settings) -> Option<Fault> {
    let is_longer = settings.session_check && settings.access_token_lifetime > 2 * 86_400;
    let sentence = "is longer than the 2d for which SESSION_CHECK can tell that a session has ended; give 2d or less";
    is_longer.then(|| Fault::new("ACCESS_TOKEN_LIFETIME", sentence))
}

fn cookies(settings: &Settings) -> Option<Fault> {
    match (&settings.auth_cookie, settings.token_endpoints) {
        (Some(_), TokenEndpoints::Sliding) => {
            Some(Fault::new("AUTH_COOKIE", "is for the pair of tokens; set TOKEN_ENDPOINTS to pair"))
        }
        (Some(_), _) if settings.offers_rest_auth() => {
            Some(Fault::new("AUTH_COOKIE", "is not for dj-rest-auth; set JWT_AUTH_COOKIE and JWT_AUTH_REFRESH_COOKIE"))
        }
        (None, _) if !settings.auth_cookie_body_origins.is_empty() => {
            Some(Fault::new("AUTH_COOKIE_BODY_ORIGINS", "has no effect without AUTH_COOKIE; set both"))
        }
        (Some(_), _) if settings.routes.iter().any(|route| ["blacklist", "refresh"].contains(&&*route.verb)) => {
            Some(Fault::new("AUTH_COOKIE", "is sent to /api/token/ alone; take refresh and blacklist out of ROUTES"))
        }
        _ => in_both_lists(settings),
    }
}

fn in_both_lists(settings: &Settings) -> Option<Fault> {
    let twice = settings.auth_cookie_body_origins.iter().any(|origin| settings.auth_cookie_origins.contains(origin));
    twice.then(|| {
        Fault::new("AUTH_COOKIE_BODY_ORIGINS", "names an origin of AUTH_COOKIE_ORIGINS; leave it in one of them")
    })
}

/// What keeps an entry of CORS_ALLOWED_ORIGINS from ever being the origin of a page (RFC 6454 section 6.2). What has
/// no scheme is refused for another reason, too: it must not be taken for `null`.
fn not_an_origin(entry: &str) -> Option<Fault> {
    let host = entry.split_once("://").filter(|(scheme, _)| !scheme.is_empty()).map(|(_, host)| host);
    let sentence = match host {
        _ if matches!(entry, "null" | "file://") => return None,
        None if entry == "*" => "is no origin; to allow every origin, set CORS_ALLOW_ALL_ORIGINS to true",
        None => "has no scheme; put https:// or http:// before it",
        Some(host) if host.contains(['/', '?', '#']) => "has a path, which no origin has; end it after host and port",
        Some(host) if host.contains('*') => "has a star, which has no meaning here; use CORS_ALLOWED_ORIGIN_REGEXES",
        Some(host) if host.is_empty() || host.contains(|letter: char| letter == '@' || letter.is_whitespace()) => {
            "has no host; give scheme, host and port, such as https://app.example.com:8443"
        }
        Some(_) => return None,
    };
    Some(Fault::new("CORS_ALLOWED_ORIGINS", format!("{entry:?} {sentence}")))
}

/// Cookies that every page may use are no credential.
fn shared_with_everybody(settings: &Settings) -> Option<Fault> {
    let everybody = settings.cors_allow_all_origins && settings.cors_allow_credentials;
    let cookie = [
        ("AUTH_COOKIE", &settings.auth_cookie),
        ("JWT_AUTH_COOKIE", &settings.jwt_auth_cookie),
        ("JWT_IMPERSONATION_COOKIE", &settings.jwt_impersonation_cookie),
    ];
    let (name, _) = cookie.into_iter().find(|(_, cookie)| everybody && cookie.is_some())?;
    Some(Fault::new(
        "CORS_ALLOW_ALL_ORIGINS",
        format!(
            "is on with CORS_ALLOW_CREDENTIALS, so every page could use {name}; name the pages in CORS_ALLOWED_ORIGINS"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::{fault::Faults, table::Settings};

    fn faults(given: &[(&str, &str)]) -> String {
        Settings::of(given).err().as_ref().map(Faults::to_string).unwrap_or_default()
    }

    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----";

    #[test]
    fn two_claims_cannot_share_a_name() {
        let told = faults(&[("JTI_CLAIM", "user_id")]);
        assert_eq!(told, "JTI_CLAIM: \"user_id\" is already the claim of USER_ID_CLAIM; give another name");
        assert_eq!(faults(&[("USER_ID_CLAIM", "sub"), ("JTI_CLAIM", "tid")]), "");
    }

    #[test]
    fn a_claim_cannot_take_the_name_of_a_standard_one() {
        assert!(faults(&[("USER_ID_CLAIM", "exp")]).contains("the JWT standard"));
        assert!(faults(&[("USER_ID_CLAIM", "jti"), ("JTI_CLAIM", "tid")]).contains("the JWT standard"));
        assert!(faults(&[("TOKEN_TYPE_CLAIM", "sub")]).contains("the JWT standard"));
    }

    #[test]
    fn a_claim_cannot_take_the_name_of_a_copied_field() {
        assert!(faults(&[("USER_ID_CLAIM", "username"), ("TOKEN_CLAIMS", "username")]).contains("TOKEN_CLAIMS"));
        assert_eq!(faults(&[("USER_ID_CLAIM", "username"), ("USER_ID_FIELD", "username")]), "");
    }

    #[test]
    fn a_copied_field_cannot_take_a_name_with_another_meaning() {
        for name in ["exp", "session", "sub", "principalId", "is_staff", "is_superuser", "groups", "username", "email"]
        {
            assert!(faults(&[("TOKEN_CLAIMS", &format!("{name}=role"))]).starts_with("TOKEN_CLAIMS: "), "{name}");
        }
        assert!(faults(&[("OBTAIN_FIELDS", "access=role")]).starts_with("OBTAIN_FIELDS: "));
        assert_eq!(faults(&[("TOKEN_CLAIMS", "access=role"), ("OBTAIN_FIELDS", "exp=role")]), "");
    }

    #[test]
    fn hardened_tells_tokens_apart() {
        let none = ("TOKEN_TYPE_CLAIM", "None");
        assert!(faults(&[none, ("PROFILE", "hardened")]).starts_with("TOKEN_TYPE_CLAIM: is none"));
        assert_eq!(faults(&[none, ("JTI_CLAIM", "none")]), "");
    }

    #[test]
    fn a_key_fits_its_algorithm() {
        assert!(faults(&[("SIGNING_KEY", PEM)]).starts_with("SIGNING_KEY: is a PEM key, but ALGORITHM is HS256"));
        assert!(faults(&[("ALGORITHM", "RS256"), ("SIGNING_KEY", "secret")]).starts_with("SIGNING_KEY: is no PEM key"));
        assert!(faults(&[("ALGORITHM", "RS256"), ("VERIFYING_KEY", "secret")]).starts_with("VERIFYING_KEY: is no PEM"));
        assert_eq!(faults(&[("ALGORITHM", "RS256"), ("SIGNING_KEY", PEM), ("VERIFYING_KEY", PEM)]), "");
        assert_eq!(faults(&[("SIGNING_KEY", "secret")]), "");
    }

    #[test]
    fn reuse_is_seen_only_where_tokens_are_used_once() {
        assert!(faults(&[("REUSE_DETECTION", "true")]).starts_with("REUSE_DETECTION: is on, but needs ROTATE_REFRESH"));
        let hardened = [("PROFILE", "hardened"), ("ROTATE_REFRESH_TOKENS", "false")];
        assert!(faults(&hardened).starts_with("REUSE_DETECTION"));
        assert_eq!(faults(&[hardened[0], hardened[1], ("REUSE_DETECTION", "false")]), "");
        let all = faults(&[("REUSE_ENDS_ALL_SESSIONS", "true")]);
        assert!(all.starts_with("REUSE_ENDS_ALL_SESSIONS: is on, but needs REUSE_DETECTION"));
    }

    #[test]
    fn who_is_asked_at_a_refresh_has_a_name() {
        let asked = ("CLAIMS_FUNCTION_AT_REFRESH", "true");
        assert!(faults(&[asked]).starts_with("CLAIMS_FUNCTION_AT_REFRESH: has no effect without CLAIMS_FUNCTION"));
        assert_eq!(faults(&[asked, ("CLAIMS_FUNCTION", "http://127.0.0.1:9000/")]), "");
    }

    #[test]
    fn sessions_need_their_rows() {
        for variable in ["REQUIRE_SESSION", "SESSION_CHECK"] {
            assert!(faults(&[(variable, "true"), ("BLACKLIST_ENABLED", "false")]).starts_with(variable));
            assert_eq!(faults(&[(variable, "true")]), "");
        }
    }

    #[test]
    fn an_idle_session_ends_only_where_tokens_are_used_once() {
        let idle = ("SESSION_IDLE_LIFETIME", "1d");
        assert!(faults(&[idle]).starts_with("SESSION_IDLE_LIFETIME: is on, but needs ROTATE_REFRESH_TOKENS"));
        assert_eq!(faults(&[idle, ("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]), "");
    }

    #[test]
    fn an_access_token_does_not_outlive_the_memory_of_its_session() {
        let check = ("SESSION_CHECK", "true");
        assert!(faults(&[check, ("ACCESS_TOKEN_LIFETIME", "3d")]).starts_with("ACCESS_TOKEN_LIFETIME: is longer than"));
        assert_eq!(faults(&[check, ("ACCESS_TOKEN_LIFETIME", "2d")]), "");
    }

    #[test]
    fn sessions_are_counted_only_where_a_refresh_begins_none() {
        let limit = ("MAX_SESSIONS_PER_USER", "3");
        assert_eq!(faults(&[limit]), "");
        let rotating = [limit, ("ROTATE_REFRESH_TOKENS", "true")];
        assert!(faults(&rotating).starts_with("MAX_SESSIONS_PER_USER: is on, but needs BLACKLIST_AFTER_ROTATION"));
        assert_eq!(faults(&[rotating[0], rotating[1], ("BLACKLIST_AFTER_ROTATION", "true")]), "");
    }

    #[test]
    fn cookies_are_for_the_pair() {
        let sliding = faults(&[("AUTH_COOKIE", "latchkey"), ("TOKEN_ENDPOINTS", "sliding")]);
        assert!(sliding.starts_with("AUTH_COOKIE: is for the pair"));
        let other = faults(&[("AUTH_COOKIE", "latchkey"), ("ACCOUNTS", "dj-rest-auth")]);
        assert!(other.contains("AUTH_COOKIE: is not for dj-rest-auth"), "{other}");
        let origins = ("AUTH_COOKIE_ORIGINS", "https://app.example.com");
        assert_eq!(faults(&[origins]), "", "legacy cookies heed it, too");
        let views = ("AUTH_COOKIE_BODY_ORIGINS", "capacitor://localhost");
        assert!(faults(&[views]).starts_with("AUTH_COOKIE_BODY_ORIGINS: has no effect without AUTH_COOKIE"));
        assert_eq!(faults(&[views, ("AUTH_COOKIE", "latchkey")]), "");
        let both = [("AUTH_COOKIE", "latchkey"), origins, ("AUTH_COOKIE_BODY_ORIGINS", "https://app.example.com")];
        assert!(faults(&both).starts_with("AUTH_COOKIE_BODY_ORIGINS: names an origin of AUTH_COOKIE_ORIGINS"));
        assert_eq!(faults(&[("AUTH_COOKIE", "latchkey"), origins]), "");
        let routed = |route| faults(&[("AUTH_COOKIE", "latchkey"), ("ROUTES", route)]);
        assert!(routed("obtain:/a,refresh:/b").starts_with("AUTH_COOKIE: is sent to /api/token/ alone"));
        assert_eq!(routed("obtain:/a"), "");
    }

    #[test]
    fn an_origin_has_scheme_host_and_port_and_nothing_else() {
        let told = |origin: &str| faults(&[("CORS_ALLOWED_ORIGINS", origin)]);
        let good = ["https://app.example.com", "http://[::1]:5173", "capacitor://localhost", "null", "file://"];
        for origin in good.into_iter().chain(["HTTPS://Upper.Example.com", "https://b\u{fc}cher.example"]) {
            assert_eq!(told(origin), "", "{origin}");
        }
        let path =
            "CORS_ALLOWED_ORIGINS: \"https://a.example/\" has a path, which no origin has; end it after host and port";
        assert_eq!(told("https://b.example,https://a.example/"), path);
        assert!(told("app.example.com").contains("has no scheme; put https:// or http://"));
        assert!(told("*").contains("set CORS_ALLOW_ALL_ORIGINS to true"));
        assert!(told("https://*.example.com").contains("use CORS_ALLOWED_ORIGIN_REGEXES"));
        for origin in
            ["://a", "//a", "localhost:5173", "NULL", "https:/a", "https://", "https://u@a.example", "https://a b"]
        {
            assert!(told(origin).starts_with("CORS_ALLOWED_ORIGINS: "), "{origin}");
        }
    }

    #[test]
    fn old_names_of_cors_are_read_and_the_new_ones_hide_them() {
        let old = ("CORS_ORIGIN_WHITELIST", "https://a.example");
        let origins = |given: &[(&str, &str)]| Settings::of(given).unwrap().cors_allowed_origins;
        assert_eq!(origins(&[old]), ["https://a.example"]);
        assert_eq!(origins(&[old, ("CORS_ALLOWED_ORIGINS", "https://b.example")]), ["https://b.example"]);
        let broken = faults(&[("CORS_ORIGIN_REGEX_WHITELIST", "("), ("CORS_ORIGIN_ALLOW_ALL", "x")]);
        assert!(broken.contains("CORS_ORIGIN_REGEX_WHITELIST: \"(\" is not a list of regular expressions"), "{broken}");
        assert!(broken.contains("CORS_ORIGIN_ALLOW_ALL: \"x\" is not a switch"), "{broken}");
    }

    #[test]
    fn no_cookie_is_shared_with_every_page() {
        let all = [("CORS_ALLOW_ALL_ORIGINS", "true"), ("CORS_ALLOW_CREDENTIALS", "true")];
        assert_eq!(faults(&all), "");
        for cookie in ["AUTH_COOKIE", "JWT_AUTH_COOKIE", "JWT_IMPERSONATION_COOKIE"] {
            let told = faults(&[all[0], all[1], (cookie, "latchkey")]);
            assert!(told.starts_with("CORS_ALLOW_ALL_ORIGINS: is on with CORS_ALLOW_CREDENTIALS"), "{told}");
            assert!(told.contains(cookie));
            assert_eq!(faults(&[all[0], (cookie, "latchkey")]), "");
        }
    }

    #[test]
    fn simple_jwt_without_its_blacklist_app_is_no_fault() {
        let app = ("BLACKLIST_ENABLED", "false");
        assert_eq!(faults(&[app, ("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")]), "");
    }
}
