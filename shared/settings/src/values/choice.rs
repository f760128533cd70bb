//! Settings that choose from a list of words.

/// Enums whose variants are words of the settings, each word written once.
macro_rules! choices {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $about:literal])+ $variant:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[doc = $about])+ $variant,)+ }

        impl $name {
            /// Every choice, in alphabetical order of the variants.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as it is typed in the settings.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            pub(crate) fn read(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    )+};
}

choices! {
    /// The packages whose endpoints for accounts are served, too (`ACCOUNTS`).
    Accounts {
        /// Both.
        Both = "djoser,dj-rest-auth",
        /// djoser 2.3.
        Djoser = "djoser",
        /// None: their paths are unknown.
        Off = "off",
        /// dj-rest-auth 7.2.
        RestAuth = "dj-rest-auth",
    }
    /// How the authorizer says no (`AUTHORIZER_REFUSAL`).
    AuthorizerRefusal {
        /// A policy that denies, with the reason in its context.
        Deny = "deny",
        /// The error `Unauthorized`.
        Unauthorized = "unauthorized",
    }
    /// How the authorizer answers an HTTP API with payload 2.0 (`AUTHORIZER_RESPONSE`).
    AuthorizerResponse {
        /// An IAM policy.
        Policy = "policy",
        /// Yes or no.
        Simple = "simple",
    }
    /// Whether who signs up with dj-rest-auth confirms the address (`ACCOUNT_EMAIL_VERIFICATION`).
    EmailVerification {
        /// Before the first login.
        Mandatory = "mandatory",
        /// No: no mail is sent.
        Off = "none",
        /// At any time, or never.
        Optional = "optional",
    }
    /// What users of dj-rest-auth log in by (`ACCOUNT_LOGIN_METHODS`).
    LoginMethods {
        /// Either.
        Both = "username,email",
        /// The address.
        Email = "email",
        /// The name.
        Username = "username",
    }
    /// The package before Simple JWT whose endpoints are served, too (`LEGACY`).
    Legacy {
        /// `drf-jwt` 1.19.
        DrfJwt = "drf-jwt",
        /// `djangorestframework-jwt` 1.11.
        Jwt = "jwt",
        /// None: its paths are unknown.
        Off = "off",
    }
    /// Which column of defaults applies (`PROFILE`).
    Profile {
        /// Stricter defaults for new clients: rotation, reuse detection, sessions that can be ended.
        Hardened = "hardened",
        /// Simple JWT's documented defaults.
        SimpleJwt = "simplejwt",
    }
    /// Which pages of other sites may send a cookie along (`JWT_AUTH_COOKIE_SAMESITE`, RFC 6265bis section 4.1.2.7).
    SameSite {
        /// Those that lead here.
        Lax = "Lax",
        /// None of them.
        Strict = "Strict",
    }
    /// Which Simple JWT is followed where versions differ (`SIMPLE_JWT_VERSION`).
    SimpleJwtVersion {
        /// What the next one will do: a refresh looks at the user and at the password.
        Master = "master",
        /// The one that is out.
        Released = "5.5",
    }
    /// A kind of token that opens a protected route (`AUTH_TOKEN_CLASSES`), under Simple JWT's class names.
    TokenClass {
        /// An access token.
        Access = "AccessToken",
        /// A refresh token.
        Refresh = "RefreshToken",
        /// A sliding token.
        Sliding = "SlidingToken",
        /// Any token, as long as it says its type.
        Untyped = "UntypedToken",
    }
    /// What stands on `/api/token/` and `/api/token/refresh/` (`TOKEN_ENDPOINTS`).
    TokenEndpoints {
        /// An access and a refresh token.
        Pair = "pair",
        /// One sliding token.
        Sliding = "sliding",
    }
    /// Whether `drf-jwt`'s tokens have an id (`JWT_TOKEN_ID`).
    TokenId {
        /// New ones have; those without pass.
        Include = "include",
        /// They have none.
        Off = "off",
        /// Verify and refresh refuse those without.
        Require = "require",
    }
    /// A field of a user that may be copied into tokens or answers (`TOKEN_CLAIMS`, `OBTAIN_FIELDS`).
    UserField {
        /// The e-mail address.
        Email = "email",
        /// The first name.
        FirstName = "first_name",
        /// The groups, as a list of names.
        Groups = "groups",
        /// Whether the user may use the admin site.
        IsStaff = "is_staff",
        /// Whether the user has every permission.
        IsSuperuser = "is_superuser",
        /// The last name.
        LastName = "last_name",
        /// The name.
        Username = "username",
    }
    /// What of a user goes into the token (`USER_ID_FIELD`).
    UserIdField {
        /// The e-mail address.
        Email = "email",
        /// The id.
        Id = "id",
        /// The name.
        Username = "username",
    }
    /// What a user types beside the password (`USERNAME_FIELD`).
    UsernameField {
        /// The e-mail address.
        Email = "email",
        /// The name.
        Username = "username",
    }
    /// Where the client of a WebSocket API brings its token (`WEBSOCKET_TOKEN`).
    WebSocketToken {
        /// In AUTH_HEADER_NAME, as anywhere else.
        Header = "header",
        /// In the query parameter `access_token` (RFC 6750 section 2.3).
        Query = "query",
        /// In `Sec-WebSocket-Protocol`, after the word of AUTH_HEADER_TYPES.
        Subprotocol = "subprotocol",
    }
}

impl Profile {
    /// This profile's column of the two.
    pub(crate) const fn of<T: Copy>(self, simplejwt: T, hardened: T) -> T {
        match self {
            Self::Hardened => hardened,
            Self::SimpleJwt => simplejwt,
        }
    }
}

impl Accounts {
    /// Reads one package, or both in any order.
    pub(crate) fn read_list(text: &str) -> Option<Self> {
        Self::read(&listed(text, "dj-rest-auth,djoser", "djoser,dj-rest-auth"))
    }
}

impl LoginMethods {
    /// Reads one method, or both in any order.
    pub(crate) fn read_list(text: &str) -> Option<Self> {
        Self::read(&listed(text, "email,username", "username,email"))
    }
}

/// A list as it is written: without spaces, brackets and quotes, and in the usual order.
fn listed(text: &str, turned: &str, usual: &str) -> String {
    let plain: String = text.chars().filter(|letter| !" []{}()\"'".contains(*letter)).collect();
    if plain == turned { usual.to_owned() } else { plain }
}

impl UserIdField {
    /// Reads the name; Django calls the id of a user `pk`, and a user whose key is a UUID has it as id here.
    pub(crate) fn read_alias(name: &str) -> Option<Self> {
        match name.trim() {
            "pk" | "uid" | "uuid" => Some(Self::Id),
            name => Self::read(name),
        }
    }
}

impl TokenClass {
    /// Reads the name, also at the end of a Python path such as `rest_framework_simplejwt.tokens.AccessToken`.
    pub(crate) fn read_path(path: &str) -> Option<Self> {
        Self::read(path.rsplit('.').next()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_its_own_choice() {
        assert!(UserField::ALL.iter().all(|field| UserField::read(field.word()) == Some(*field)));
        assert!(TokenClass::ALL.iter().all(|class| TokenClass::read(class.word()) == Some(*class)));
        assert_eq!(UserField::read("Email"), None);
        assert_eq!(UserField::read(""), None);
    }

    #[test]
    fn a_class_is_read_at_the_end_of_its_path() {
        assert_eq!(TokenClass::read_path("a.b.UntypedToken"), Some(TokenClass::Untyped));
        assert_eq!(TokenClass::read_path("UntypedToken.a"), None);
    }
}
