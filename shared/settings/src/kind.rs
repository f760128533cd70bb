//! What a setting accepts: the noun and the hint of its fault, and the reading of its text.

use std::str::FromStr;

use token::Algorithm;

use crate::choice::{Profile, TokenClass, TokenEndpoints, UserField, UserIdField, UsernameField};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::{span, text};

/// How text becomes a `T`.
pub(crate) struct Kind<T> {
    /// What it accepts, in words.
    pub(crate) accepts: &'static str,
    noun: &'static str,
    read: fn(&str) -> Option<T>,
}

impl<T> Kind<T> {
    /// Reads what was given for `variable`, or the default where nothing was.
    pub(crate) fn take(&self, variable: &str, given: Option<String>, default: &str) -> Result<T, Fault> {
        let given = given.filter(|text| is_given(text));
        let text = given.as_deref().unwrap_or(default);
        (self.read)(text).ok_or_else(|| self.fault(variable, text))
    }

    fn fault(&self, variable: &str, text: &str) -> Fault {
        let shown: String = text.chars().take(60).collect();
        Fault::new(variable, format!("{shown:?} is not {}; give {}", self.noun, self.accepts))
    }
}

/// `none` is how Django's settings spell "not set".
fn is_given(text: &str) -> bool {
    !text.trim().is_empty() && !text.trim().eq_ignore_ascii_case("none")
}

pub(crate) const LIFETIME: Kind<i64> =
    Kind { accepts: "seconds or a number with s, m, h, d such as 5m", noun: "a lifetime", read: span::lifetime };

pub(crate) const SECONDS: Kind<i64> = Kind {
    accepts: "seconds from 0 on, or a number with s, m, h, d such as 1m",
    noun: "a span of time",
    read: span::seconds,
};

pub(crate) const SWITCH: Kind<bool> = Kind { accepts: "true or false", noun: "a switch", read: text::switch };

pub(crate) const TEXT: Kind<Option<String>> = Kind { accepts: "any text", noun: "text", read: text::optional };

pub(crate) const LIST: Kind<Vec<String>> =
    Kind { accepts: "one or several values with commas between", noun: "a list", read: text::list };

pub(crate) const ADDRESS: Kind<Option<String>> =
    Kind { accepts: "an address that starts with https:// or http://", noun: "an address", read: text::address };

pub(crate) const SCHEMES: Kind<Vec<String>> = Kind {
    accepts: "one or several words with commas between, such as Bearer,JWT",
    noun: "a list of header types",
    read: text::schemes,
};

pub(crate) const HEADER: Kind<String> = Kind {
    accepts: "HTTP_AUTHORIZATION or the name of a header such as X-Access-Token",
    noun: "the name of a header",
    read: text::header,
};

pub(crate) const CLAIM: Kind<String> =
    Kind { accepts: "a name of letters, digits and any of _ - . : /", noun: "the name of a claim", read: text::claim };

/// Every text is a key, so that no fault can ever show one.
pub(crate) const KEY: Kind<Secret> =
    Kind { accepts: "a secret, or a key as PEM (line ends may be typed as \\n)", noun: "a key", read: text::key };

pub(crate) const ALGORITHM: Kind<Algorithm> = Kind {
    accepts: "HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA",
    noun: "an algorithm",
    read: |text| Algorithm::from_str(text.trim()).ok(),
};

pub(crate) const PROFILE: Kind<Profile> =
    Kind { accepts: "simplejwt or hardened", noun: "a profile", read: |text| Profile::read(text.trim()) };

pub(crate) const TOKEN_ENDPOINTS: Kind<TokenEndpoints> =
    Kind { accepts: "pair or sliding", noun: "a pair of endpoints", read: |text| TokenEndpoints::read(text.trim()) };

pub(crate) const USER_ID_FIELD: Kind<UserIdField> = Kind {
    accepts: "id, username or email",
    noun: "a field that names a user",
    read: |text| UserIdField::read(text.trim()),
};

pub(crate) const USERNAME_FIELD: Kind<UsernameField> = Kind {
    accepts: "username or email",
    noun: "a field that a user logs in with",
    read: |text| UsernameField::read(text.trim()),
};

pub(crate) const TOKEN_CLASSES: Kind<Vec<TokenClass>> = Kind {
    accepts: "one or several of AccessToken, RefreshToken, SlidingToken, UntypedToken with commas between",
    noun: "a list of token classes",
    read: |text| text::words(text, TokenClass::read_path).filter(|classes| !classes.is_empty()),
};

pub(crate) const USER_FIELDS: Kind<Vec<UserField>> = Kind {
    accepts: "any of username, email, first_name, last_name, is_staff, is_superuser, groups with commas between",
    noun: "a list of user fields",
    read: |text| text::words(text, UserField::read),
};
