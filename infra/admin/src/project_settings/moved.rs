//! What becomes of a Django project's settings.

use crate::{
    connection::aws::camel_case,
    project_settings::{
        accounts,
        line::{Line, typed},
        users,
    },
};
use serde_json::{Map, Value};
use settings::{Fault, Setting, Settings, TABLE};

/// Names that only `drf-jwt` has in its `JWT_AUTH`.
const OF_DRF_JWT: [&str; 9] = [
    "JWT_AUTH_COOKIE_DOMAIN",
    "JWT_AUTH_COOKIE_PATH",
    "JWT_AUTH_COOKIE_SAMESITE",
    "JWT_AUTH_COOKIE_SECURE",
    "JWT_DELETE_STALE_BLACKLISTED_TOKENS",
    "JWT_IMPERSONATION_COOKIE",
    "JWT_INSIST_ON_KID",
    "JWT_PAYLOAD_INCLUDE_USER_ID",
    "JWT_TOKEN_ID",
];

/// Names of which a note says that they are ignored.
const IGNORED: [&str; 2] = ["JWK_URL", "VERIFYING_KEY"];

/// Settings without which ACCOUNTS does not start.
const OF_ACCOUNTS: [&str; 2] = ["ACTIVATION_URL", "SEND_ACTIVATION_EMAIL"];

const KEY: &str = "is a secret; for a deployed service leave it out, and import it with: latchkey keys import";
const LEGACY: &str =
    "is guessed from the names in JWT_AUTH; write jwt for djangorestframework-jwt, drf-jwt for drf-jwt";
const OTHERS: &str = "belongs to another package, and Latchkey does not read it";
const UNREAD: &str = "is read by neither Simple JWT nor Latchkey; leave it out";

/// The settings that move, and those that do not.
pub(crate) struct Moved {
    /// Those that are not at their default.
    given: Vec<(&'static Setting, String)>,
    /// Names, and what to do instead.
    pub(crate) unfollowed: Vec<Line>,
    /// The commands that bring users of a model of the project's own.
    pub(crate) import: Option<String>,
}

impl Moved {
    /// What becomes of dictionaries such as `SIMPLE_JWT`, and of the settings that begin with `CORS_`.
    pub(crate) fn of(project: &Map<String, Value>) -> Self {
        let (mut given, mut unfollowed) = split(project);
        unfollowed.extend(taken_out(&mut given));
        unfollowed.extend(unread(&given, &unfollowed));
        let known = |(name, text): Line| Some((TABLE.iter().find(|row| row.variable == name)?, text));
        let given: Vec<_> = given.into_iter().filter_map(known).map(normal).filter(is_no_default).collect();
        let secrets = given.iter().filter(|(row, _)| is_secret(row));
        unfollowed.extend(secrets.map(|(row, _)| (row.variable.to_owned(), KEY.to_owned())));
        Self { given, unfollowed, import: users::import(project) }
    }

    /// Names and values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (String, Value)> {
        self.given.iter().map(|(row, text)| (row.variable.to_owned(), text.as_str().into()))
    }

    /// A line for each variable, as files of variables have them.
    pub(crate) fn env(&self) -> String {
        self.given.iter().map(|(row, text)| format!("{}={}\n", row.variable, quoted(text))).collect()
    }

    /// `AccessTokenLifetime=5m`, for each that is no secret.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let shown = self.given.iter().filter(|(row, _)| !is_secret(row));
        shown.map(|(row, text)| format!("{}={text}", camel_case(row.variable))).collect()
    }
}

/// The variables of the dictionaries that are ours to follow, and the names of those that are not.
fn split(project: &Map<String, Value>) -> (Vec<Line>, Vec<Line>) {
    let (mut given, mut unfollowed) = (Vec::new(), Vec::new());
    for (name, value) in project {
        match (name.as_str(), value) {
            ("SIMPLE_JWT", Value::Object(entries)) => given.extend(entries.iter().map(typed)),
            ("JWT_AUTH", Value::Object(entries)) if !entries.is_empty() => {
                given.extend(entries.iter().map(typed));
                given.push(("LEGACY".to_owned(), package(entries).to_owned()));
                unfollowed.push(("LEGACY".to_owned(), LEGACY.to_owned()));
            }
            (other, _) if other.starts_with("CORS_") => given.push(typed((name, value))),
            ("AUTH_USER_MODEL" | "USERNAME_FIELD", Value::String(_)) => {}
            (other, _) if accounts::is_beside(other) => {}
            // djoser reads them beside its dictionary.
            ("DOMAIN" | "SITE_NAME", Value::String(_)) => given.push(typed((name, value))),
            ("DJOSER", Value::Object(entries)) => {
                accounts::moved(("DJOSER", "djoser"), entries, (&mut given, &mut unfollowed));
            }
            ("REST_AUTH", Value::Object(entries)) => {
                accounts::moved(("REST_AUTH", "dj-rest-auth"), entries, (&mut given, &mut unfollowed));
            }
            (_, Value::Object(entries)) => {
                unfollowed.extend(entries.keys().map(|entry| (format!("{name}.{entry}"), OTHERS.to_owned())));
            }
            _ => unfollowed.push((name.clone(), OTHERS.to_owned())),
        }
    }
    accounts::beside(project, &mut given);
    match users::login_field(project) {
        Some("email") if given.iter().all(|(name, _)| name != "USERNAME_FIELD") => {
            given.push(("USERNAME_FIELD".to_owned(), "email".to_owned()));
        }
        None | Some("email" | "username") => {}
        Some(_) => unfollowed.push(("USERNAME_FIELD".to_owned(), users::LOGIN_FIELD.to_owned())),
    }
    (given, unfollowed)
}

/// Takes what stops the start, and what would be ignored, out of the list; says of each, and of what is not followed, what to do.
fn taken_out(given: &mut Vec<Line>) -> Vec<Line> {
    let mut told = Vec::new();
    let settings = loop {
        let faults = match Settings::of(given) {
            Ok(settings) => break settings,
            Err(faults) => faults,
        };
        let before = given.len();
        let lacking = faults.iter().find(|fault| OF_ACCOUNTS.contains(&fault.variable()));
        if let (Some(fault), Some(place)) = (lacking, given.iter().position(|(name, _)| name == "ACCOUNTS")) {
            given.remove(place);
            told.push(("ACCOUNTS".to_owned(), format!("is left out: {} {}", fault.variable(), fault.sentence())));
            continue;
        }
        given.retain(|(name, _)| faults.iter().all(|fault| fault.variable() != name));
        told.extend(faults.iter().map(words));
        // A fault of what was not given: the rest stands or falls together.
        if given.len() == before {
            return told;
        }
    };
    told.extend(settings.notes().iter().map(words));
    given.retain(|(name, _)| {
        !IGNORED.contains(&name.as_str()) || settings.notes().iter().all(|note| note.variable() != name)
    });
    told
}

/// Names that nothing reads and nothing was said of. A class of the package's own needs no word.
fn unread(given: &[Line], told: &[Line]) -> Vec<Line> {
    let is_told = |name: &str| told.iter().any(|(other, _)| other == name);
    let is_default = |name: &str, text: &str| {
        let is_always = name == "JWT_VERIFY" && text.eq_ignore_ascii_case("true");
        text == "none" || text.starts_with("rest_framework_") || is_always
    };
    let unknown = given.iter().filter(|(name, text)| {
        TABLE.iter().all(|row| row.variable != name) && !is_told(name) && !is_default(name, text)
    });
    unknown.map(|(name, _)| (name.clone(), UNREAD.to_owned())).collect()
}

fn words(fault: &Fault) -> Line {
    (fault.variable().to_owned(), fault.sentence().to_owned())
}

fn package(entries: &Map<String, Value>) -> &'static str {
    if entries.keys().any(|name| OF_DRF_JWT.contains(&name.as_str())) { "drf-jwt" } else { "jwt" }
}

/// The same value as it would be typed: `7d` for `7 days, 0:00:00`, a class without its path.
fn normal((row, text): (&'static Setting, String)) -> (&'static Setting, String) {
    let text = match settings::lifetime(&text).filter(|_| row.kind.starts_with("seconds")) {
        Some(seconds) => short(seconds),
        None => text.replace("rest_framework_simplejwt.tokens.", ""),
    };
    (row, text)
}

fn short(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(unit, _)| seconds != 0 && seconds % unit == 0);
    if seconds == 0 {
        return "0".to_owned();
    }
    whole.map_or_else(|| format!("{seconds}s"), |(unit, letter)| format!("{}{letter}", seconds / unit))
}

fn is_no_default((row, text): &(&'static Setting, String)) -> bool {
    let is_none = text == "none" && !row.kind.ends_with("or none");
    !(text.is_empty() || is_none || text.eq_ignore_ascii_case(row.simplejwt))
}

fn is_secret(row: &Setting) -> bool {
    row.kind.starts_with("a secret") || row.kind.starts_with("id:secret")
}

/// A value as shells and readers of such files take it for one.
fn quoted(text: &str) -> String {
    let text = text.replace('\n', "\\n");
    let is_plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.,:/@+=".contains(letter));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn moved(project: Value) -> Moved {
        Moved::of(project.as_object().unwrap())
    }

    #[test]
    fn what_python_prints_becomes_what_people_type() {
        let moved = moved(json!({"SIMPLE_JWT": {
            "ACCESS_TOKEN_LIFETIME": "0:15:00", "REFRESH_TOKEN_LIFETIME": "7 days, 0:00:00", "ROTATE_REFRESH_TOKENS": true,
            "AUTH_HEADER_TYPES": ["Bearer", "JWT"], "AUTH_TOKEN_CLASSES": ["rest_framework_simplejwt.tokens.AccessToken"],
            "USER_ID_FIELD": "id", "JTI_CLAIM": null, "AUDIENCE": null, "SIGNING_KEY": "it's a secret\nof two lines that nobody guesses",
        }}));
        let expected = "ACCESS_TOKEN_LIFETIME=15m\nREFRESH_TOKEN_LIFETIME=7d\nROTATE_REFRESH_TOKENS=true\n\
                        AUTH_HEADER_TYPES=Bearer,JWT\nJTI_CLAIM=none\nSIGNING_KEY='it'\\''s a secret\\nof two lines that nobody guesses'\n";
        assert_eq!(moved.env(), expected);
        assert!(moved.parameters().contains(&"AccessTokenLifetime=15m".to_owned()));
        assert!(!moved.parameters().iter().any(|given| given.starts_with("SigningKey")));
        assert_eq!(moved.unfollowed, [("SIGNING_KEY".to_owned(), KEY.to_owned())]);
    }

    #[test]
    fn each_line_that_cannot_be_followed_is_told_once() {
        let moved = moved(json!({
            "SIMPLE_JWT": {
                "ALGORITHM": "ES512", "VERIFYING_KEY": "x", "TOKEN_OBTAIN_SERIALIZER": "app.Mine", "ROTATE_REFRESH_TOKEN": true,
                "TOKEN_USER_CLASS": "rest_framework_simplejwt.models.TokenUser", "USER_AUTHENTICATION_RULE": "app.rule", "MINE": 1,
            },
            "DJOSER": {"SERIALIZERS": {}}, "USERNAME_FIELD": "phone",
        }));
        let told: Vec<&str> = moved.unfollowed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            told,
            [
                "DJOSER.SERIALIZERS",
                "USERNAME_FIELD",
                "USER_AUTHENTICATION_RULE",
                "ALGORITHM",
                "VERIFYING_KEY",
                "TOKEN_OBTAIN_SERIALIZER",
                "ROTATE_REFRESH_TOKEN",
                "MINE",
            ]
        );
        assert_eq!(moved.env(), "ACCOUNTS=djoser\n");
    }

    #[test]
    fn what_accounts_read_beside_their_dictionaries_moves_with_them() {
        let beside = json!({
            "ACCOUNT_LOGIN_METHODS": "{'email'}", "DEFAULT_FROM_EMAIL": "Shop <shop@example.org>", "PASSWORD_RESET_TIMEOUT": 7200,
            "AUTH_USER_MODEL": "auth.User", "USERNAME_FIELD": "username",
        });
        assert_eq!(moved(beside.clone()).env(), "", "nobody reads them");
        let with = |name: &str, entries: Value| {
            let mut project = beside.clone();
            project[name] = entries;
            moved(project).env()
        };
        let mails = "MAIL_FROM='Shop <shop@example.org>'\nPASSWORD_RESET_TIMEOUT=2h\n";
        assert_eq!(with("DJOSER", json!({"HIDE_USERS": true})), format!("ACCOUNTS=djoser\n{mails}"));
        let rest_auth = with("REST_AUTH", json!({"USE_JWT": true}));
        assert_eq!(
            rest_auth,
            format!("ACCOUNT_LOGIN_METHODS=email\n{mails}"),
            "ACCOUNTS is told to lack ACTIVATION_URL"
        );
        let both = moved(json!({"DJOSER": {"HIDE_USERS": true}, "REST_AUTH": {"JWT_AUTH_COOKIE": "access"}}));
        assert_eq!(both.env(), "ACCOUNTS=djoser,dj-rest-auth\nJWT_AUTH_COOKIE=access\n");
        let nobody = moved(json!({"DJOSER": {"HIDE_USERS": true}, "DEFAULT_FROM_EMAIL": "webmaster@localhost"})).env();
        assert_eq!(nobody, "ACCOUNTS=djoser\n");
    }

    #[test]
    fn the_package_before_simple_jwt_is_named() {
        let of = |entry: &str| moved(json!({"JWT_AUTH": {entry: true}})).env();
        assert!(of("JWT_ALLOW_REFRESH").contains("LEGACY=jwt\n"));
        assert!(of("JWT_INSIST_ON_KID").contains("LEGACY=drf-jwt\n"));
    }
}
