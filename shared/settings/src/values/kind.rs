//! What a setting accepts: the noun and the hint of its fault, and the reading of its text.

use crate::{
    fault::Fault,
    values::{
        choice::{
            Accounts, AuthorizerRefusal, AuthorizerResponse, EmailVerification, Legacy, LoginMethods, Profile,
            SameSite, SimpleJwtVersion, TokenClass, TokenEndpoints, TokenId, UserIdField, UsernameField,
            WebSocketToken,
        },
        clients::{self, Clients},
        copied::{self, CopiedField},
        function::{self, ClaimsFunction},
        pattern::{self, Pattern},
        routes::{self, Route},
        secret::Secret,
        span, text,
    },
};
use std::str::FromStr;
use token::Algorithm;

/// How text becomes a `T`.
pub(crate) struct Kind<T> {
    /// What it accepts, in words.
    pub(crate) accepts: &'static str,
    noun: &'static str,
    read: fn(&str) -> Option<T>,
    reads_none: bool,
}

impl<T> Kind<T> {
    const fn of(noun: &'static str, accepts: &'static str, read: fn(&str) -> Option<T>) -> Self {
        Self { accepts, noun, read, reads_none: false }
    }

    /// For a setting whose `None` Simple JWT tells from its default.
    const fn of_none_too(noun: &'static str, accepts: &'static str, read: fn(&str) -> Option<T>) -> Self {
        Self { reads_none: true, ..Self::of(noun, accepts, read) }
    }

    /// Reads what was given for `variable`, or the default where nothing was.
    pub(crate) fn take(&self, variable: &str, given: Option<String>, default: &str) -> Result<T, Fault> {
        let given = given.filter(|text| !text.trim().is_empty() && (self.reads_none || !text::is_none(text)));
        let text = given.as_deref().unwrap_or(default);
        (self.read)(text).ok_or_else(|| self.fault(variable, text))
    }

    fn fault(&self, variable: &str, text: &str) -> Fault {
        let shown: String = text.chars().take(60).collect();
        Fault::new(variable, format!("{shown:?} is not {}; give {}", self.noun, self.accepts))
    }
}

/// Nothing lives without a lifetime, so `none` is a fault here.
pub(crate) const LIFETIME: Kind<i64> =
    Kind::of_none_too("a lifetime", "seconds, or numbers with s, m, h, d, w such as 5m or 1d12h", span::lifetime);

pub(crate) const SECONDS: Kind<i64> =
    Kind::of("a span of time", "seconds from 0 on, or numbers with s, m, h, d, w such as 1m", span::seconds);

pub(crate) const COUNT: Kind<i64> = Kind::of("a number", "a whole number from 1 on", text::count);

pub(crate) const UP_TO_100: Kind<u64> = Kind::of("a number", "a whole number from 0 to 100", text::up_to_100);

pub(crate) const SWITCH: Kind<bool> = Kind::of("a switch", "true or false", text::switch);

pub(crate) const TEXT: Kind<Option<String>> = Kind::of("text", "any text", text::optional);

pub(crate) const LIST: Kind<Vec<String>> = Kind::of("a list", "one or several values with commas between", text::list);

pub(crate) const ADDRESS: Kind<Option<String>> =
    Kind::of("an address", "an address that starts with https:// or http://", text::address);

pub(crate) const KEY_ADDRESS: Kind<Option<String>> = Kind::of(
    "a safe address",
    "an address that starts with https://, or on this machine with http://",
    text::key_address,
);

pub(crate) const ORIGINS: Kind<Vec<String>> = Kind::of(
    "a list of origins",
    "one or several origins with commas between, such as https://app.example.com",
    text::origins,
);

pub(crate) const VIEW_ORIGINS: Kind<Vec<String>> = Kind::of(
    "a list of origins",
    "one or several origins with commas between, such as capacitor://localhost",
    text::view_origins,
);

/// Every list is one of origins, so that `checks` can say what is wrong with which.
pub(crate) const SHARED_ORIGINS: Kind<Vec<String>> = Kind { read: text::list, ..ORIGINS };

pub(crate) const PATTERNS: Kind<Vec<Pattern>> = Kind::of(
    "a list of regular expressions",
    "one or several regular expressions with commas between, without look-around",
    pattern::wholes,
);

pub(crate) const PATTERN: Kind<Option<Pattern>> =
    Kind::of("a regular expression", "a regular expression without look-around", |text| {
        text::unless_empty(text, pattern::start)
    });

pub(crate) const TOKENS: Kind<Vec<String>> =
    Kind::of("a list of names", "one or several names with commas between", |text| text::words(text, text::word));

pub(crate) const SCHEMES: Kind<Vec<String>> =
    Kind::of("a list of header types", "one or several words with commas between, such as Bearer,JWT", text::schemes);

pub(crate) const HEADER: Kind<String> =
    Kind::of("the name of a header", "HTTP_AUTHORIZATION or the name of a header such as X-Access-Token", text::header);

pub(crate) const CLAIM: Kind<String> =
    Kind::of("the name of a claim", "a name of letters, digits and any of _ - . : /", text::claim);

/// A claim that tokens may lack: `none` does not ask for it.
pub(crate) const CLAIM_OR_NONE: Kind<Option<String>> =
    Kind::of_none_too("the name of a claim", "a name of letters, digits and any of _ - . : /, or none", |text| {
        if text::is_none(text) { Some(None) } else { text::claim(text).map(Some) }
    });

/// Every text is a key, so that no fault can ever show one.
pub(crate) const KEY: Kind<Secret> =
    Kind::of("a key", "a secret, or a key as PEM (line ends may be typed as \\n)", text::key);

/// Every text is read, so that no fault can ever show a secret; `checks` says what is wrong.
pub(crate) const CLIENTS: Kind<Clients> = Kind::of(
    "a list of clients",
    "id:secret with commas between; a secret has 16 characters or more",
    clients::clients,
);

pub(crate) const ALGORITHM: Kind<Algorithm> = Kind::of(
    "an algorithm that is offered",
    "HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA or Ed25519",
    |text| Algorithm::from_str(text.trim()).ok(),
);

pub(crate) const ALGORITHMS: Kind<Vec<Algorithm>> = Kind::of(
    "a list of algorithms",
    "one or several of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA, Ed25519 with commas between",
    |text| text::words(text, |name| Algorithm::from_str(name).ok()).filter(|names| !names.is_empty()),
);

/// A switch whose default depends on another setting.
pub(crate) const OWN_SWITCH: Kind<Option<bool>> =
    Kind::of("a switch", "true or false", |text| text::unless_empty(text, text::switch));

pub(crate) const WORD: Kind<Option<String>> =
    Kind::of("a word", "one word", |text| text::unless_empty(text, text::word));

pub(crate) const PLACE: Kind<Option<String>> =
    Kind::of("a part of an address", "letters, digits and any of . - _ / ~", |text| {
        text::unless_empty(text, text::place)
    });

pub(crate) const AUTHORIZER_RESPONSE: Kind<AuthorizerResponse> =
    Kind::of("a kind of response", "simple or policy", |text| AuthorizerResponse::read(text.trim()));

pub(crate) const AUTHORIZER_REFUSAL: Kind<AuthorizerRefusal> =
    Kind::of("a kind of refusal", "deny or unauthorized", |text| AuthorizerRefusal::read(text.trim()));

pub(crate) const WEBSOCKET_TOKEN: Kind<WebSocketToken> =
    Kind::of("a place for a token", "header, query or subprotocol", |text| WebSocketToken::read(text.trim()));

/// A claim that need not be named.
pub(crate) const OWN_CLAIM: Kind<Option<String>> =
    Kind::of("the name of a claim", "a name of letters, digits and any of _ - . : /", |text| {
        text::unless_empty(text, text::claim)
    });

pub(crate) const LEGACY: Kind<Legacy> = Kind::of("a package", "off, jwt or drf-jwt", |text| Legacy::read(text.trim()));

pub(crate) const ACCOUNTS: Kind<Accounts> =
    Kind::of("a list of packages", "off, djoser, dj-rest-auth or djoser,dj-rest-auth", Accounts::read_list);

/// `none` is a word of its own here.
pub(crate) const EMAIL_VERIFICATION: Kind<EmailVerification> =
    Kind::of_none_too("a rule for addresses", "none, optional or mandatory", |text| {
        EmailVerification::read(text.trim())
    });

pub(crate) const LOGIN_METHODS: Kind<LoginMethods> =
    Kind::of("a way to log in", "username, email or username,email", LoginMethods::read_list);

pub(crate) const SIGNUP_FIELDS: Kind<Vec<String>> = Kind::of(
    "a list of fields",
    "username, email, password1* and password2* with commas between; a star for those that must be there",
    |text| text::words(text, text::signup_field),
);

pub(crate) const LINK: Kind<Option<String>> =
    Kind::of("the address of a page", "a path or an address with {uid} and {token} in it, or with {key}", |text| {
        text::unless_empty(text, text::link)
    });

pub(crate) const MAILBOX: Kind<Option<String>> = Kind::of(
    "an address",
    "an address such as noreply@example.com, or Example <noreply@example.com> with a name of ASCII without commas",
    |text| text::unless_empty(text, text::mailbox),
);

pub(crate) const SAME_SITE: Kind<Option<SameSite>> =
    Kind::of_none_too("a rule for cookies", "Lax or Strict; with None every page could send them", |text| {
        text::unless_empty(text, SameSite::read)
    });

pub(crate) const TOKEN_ID: Kind<TokenId> =
    Kind::of("a rule for ids", "off, include or require", |text| TokenId::read(text.trim()));

pub(crate) const PROFILE: Kind<Profile> =
    Kind::of("a profile", "simplejwt or hardened", |text| Profile::read(text.trim()));

pub(crate) const SIMPLE_JWT_VERSION: Kind<SimpleJwtVersion> =
    Kind::of("a version", "5.5 or master", |text| SimpleJwtVersion::read(text.trim()));

pub(crate) const TOKEN_ENDPOINTS: Kind<TokenEndpoints> =
    Kind::of("a pair of endpoints", "pair or sliding", |text| TokenEndpoints::read(text.trim()));

pub(crate) const USER_ID_FIELD: Kind<UserIdField> = Kind::of(
    "a field by which users are known (import them with `latchkey users import --id-field` and set id)",
    "id, pk, uuid, uid, username or email",
    UserIdField::read_alias,
);

pub(crate) const USERNAME_FIELD: Kind<UsernameField> =
    Kind::of("a field that a user logs in with", "username or email", |text| UsernameField::read(text.trim()));

pub(crate) const TOKEN_CLASSES: Kind<Vec<TokenClass>> = Kind::of(
    "a list of token classes",
    "one or several of AccessToken, RefreshToken, SlidingToken, UntypedToken with commas between",
    |text| text::words(text, TokenClass::read_path).filter(|classes| !classes.is_empty()),
);

pub(crate) const USER_FIELDS: Kind<Vec<CopiedField>> = Kind::of(
    "a list of user fields",
    "username, email, first_name, last_name, is_staff, is_superuser, groups and attributes, with commas between; name=field for another name",
    copied::fields,
);

pub(crate) const FUNCTION: Kind<Option<ClaimsFunction>> = Kind::of(
    "a Lambda function",
    "the ARN of a Lambda function, also with a version or an alias; in local mode an address of this machine such as http://127.0.0.1:9000/",
    |text| text::unless_empty(text, function::function),
);

pub(crate) const ROUTES: Kind<Vec<Route>> = Kind::of(
    "a list of routes",
    "verb:/path with commas between; verbs are blacklist, change_password, hello, obtain, obtain_sliding, refresh, refresh_sliding, sessions, show_user and verify",
    routes::routes,
);

pub(crate) const WRITABLE: Kind<Vec<String>> = Kind::of(
    "a list of fields that users may write",
    "first_name, last_name and names of attributes, with commas between",
    copied::writable,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserField;

    fn good<T>(kind: &Kind<T>, text: &str) -> T {
        kind.take("X", Some(text.to_owned()), "unused").unwrap()
    }

    #[test]
    fn a_choice_is_one_of_its_words() {
        assert_eq!(good(&PROFILE, " hardened "), Profile::Hardened);
        assert_eq!(good(&USER_ID_FIELD, "email"), UserIdField::Email);
        assert_eq!(good(&USERNAME_FIELD, "email"), UsernameField::Email);
        assert_eq!(good(&TOKEN_ENDPOINTS, "sliding"), TokenEndpoints::Sliding);
        assert!(PROFILE.take("X", Some("Hardened".into()), "").is_err());
    }

    #[test]
    fn the_hint_of_a_choice_names_every_word() {
        let hints = [
            (PROFILE.accepts, Profile::ALL.iter().map(ToString::to_string).collect::<Vec<_>>()),
            (SIMPLE_JWT_VERSION.accepts, SimpleJwtVersion::ALL.iter().map(ToString::to_string).collect()),
            (TOKEN_ENDPOINTS.accepts, TokenEndpoints::ALL.iter().map(ToString::to_string).collect()),
            (AUTHORIZER_REFUSAL.accepts, AuthorizerRefusal::ALL.iter().map(ToString::to_string).collect()),
            (AUTHORIZER_RESPONSE.accepts, AuthorizerResponse::ALL.iter().map(ToString::to_string).collect()),
            (WEBSOCKET_TOKEN.accepts, WebSocketToken::ALL.iter().map(ToString::to_string).collect()),
            (ACCOUNTS.accepts, Accounts::ALL.iter().map(ToString::to_string).collect()),
            (EMAIL_VERIFICATION.accepts, EmailVerification::ALL.iter().map(ToString::to_string).collect()),
            (LOGIN_METHODS.accepts, LoginMethods::ALL.iter().map(ToString::to_string).collect()),
            (LEGACY.accepts, Legacy::ALL.iter().map(ToString::to_string).collect()),
            (SAME_SITE.accepts, SameSite::ALL.iter().map(ToString::to_string).collect()),
            (TOKEN_ID.accepts, TokenId::ALL.iter().map(ToString::to_string).collect()),
            (ALGORITHMS.accepts, Algorithm::ALL.iter().map(ToString::to_string).collect()),
            (USER_ID_FIELD.accepts, UserIdField::ALL.iter().map(ToString::to_string).collect()),
            (USERNAME_FIELD.accepts, UsernameField::ALL.iter().map(ToString::to_string).collect()),
            (TOKEN_CLASSES.accepts, TokenClass::ALL.iter().map(ToString::to_string).collect()),
            (USER_FIELDS.accepts, UserField::ALL.iter().map(ToString::to_string).collect()),
            (ROUTES.accepts, crate::ROUTED.iter().map(ToString::to_string).collect()),
            (ALGORITHM.accepts, Algorithm::ALL.iter().map(ToString::to_string).collect()),
        ];
        for (hint, words) in hints {
            assert!(words.iter().all(|word| hint.contains(word)), "{hint}: {words:?}");
        }
    }

    #[test]
    fn token_classes_are_known_by_their_python_path_too() {
        let classes = good(&TOKEN_CLASSES, "rest_framework_simplejwt.tokens.AccessToken, SlidingToken");
        assert_eq!(classes, [TokenClass::Access, TokenClass::Sliding]);
        assert!(TOKEN_CLASSES.take("X", Some("Access".into()), "").is_err());
    }

    #[test]
    fn user_fields_keep_their_order_and_leave_the_password_alone() {
        let names: Vec<String> = good(&USER_FIELDS, "groups,username").into_iter().map(|field| field.name).collect();
        assert_eq!(names, ["groups", "username"]);
        assert!(USER_FIELDS.take("X", Some("username,password".into()), "").is_err());
    }

    #[test]
    fn an_algorithm_is_one_that_signs() {
        assert_eq!(good(&ALGORITHM, "ES256"), Algorithm::ES256);
        for text in ["hs256", "HS257", "None", "ES256K"] {
            assert!(ALGORITHM.take("X", Some(text.to_owned()), "x").is_err(), "{text}");
        }
    }

    #[test]
    fn a_long_value_is_cut_in_its_fault() {
        let fault = LIFETIME.take("X", Some("y".repeat(5_000)), "").unwrap_err();
        assert!(fault.to_string().len() < 200);
    }
}
