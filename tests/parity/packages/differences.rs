//! Simple JWT: where we answer otherwise on purpose: which case, what we answer, and why.

use crate::packages::{
    absent,
    deliberate::{Deliberate, Ours},
    package::Package,
};

/// `djangorestframework-simplejwt` 5.5.1.
pub(crate) const SIMPLE_JWT: Package = Package {
    name: "Simple JWT",
    recorded: "simplejwt.jsonl",
    followed_by: &[],
    differences: DIFFERENCES,
    rules: &[],
    absent: absent::SIMPLE_JWT,
};

const ACCESS_DENIED: &str = r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid"}]}"#;
const INVALID: &str = r#"{"detail":"Token is invalid","code":"token_not_valid"}"#;
pub(crate) const NO_ACCOUNT: &str = r#"{"detail":"No active account found for the given token."}"#;
const NO_ID: &str = r#"{"detail":"Token has no id","code":"token_not_valid"}"#;
const NO_USER: &str = r#"{"detail":"Token contained no recognizable user identification","code":"token_not_valid"}"#;
pub(crate) const PAIR: &str = r#"{"refresh":"<jwt:refresh>","access":"<jwt:access>"}"#;

const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["accept.hello.xml-anon"],
        ours: Ours::Answer(401, r#"{"detail":"Authentication credentials were not provided."}"#),
        why: "the authorizer stands before the function, so that 401 beats 406",
    },
    Deliberate {
        cases: &["accept.obtain.browser", "accept.obtain.format-api", "accept.obtain.html"],
        ours: Ours::Answer(200, PAIR),
        why: "every answer is JSON: there is no browsable HTML",
    },
    Deliberate {
        cases: &["accept.obtain.fail.html"],
        ours: Ours::Answer(401, r#"{"detail":"No active account found with the given credentials"}"#),
        why: "every answer is JSON: there is no browsable HTML",
    },
    Deliberate {
        cases: &["accept.obtain.get.html"],
        ours: Ours::Answer(405, r#"{"detail":"Method \"GET\" not allowed."}"#),
        why: "every answer is JSON: there is no browsable HTML",
    },
    Deliberate {
        cases: &["path.upper"],
        ours: Ours::Answer(404, r#"{"detail":"Not found."}"#),
        why: "every answer is JSON, that of an unknown path included",
    },
    Deliberate {
        cases: &["path.obtain.noslash.POST", "path.obtain.noslash.query"],
        ours: Ours::Answer(200, PAIR),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &["path.refresh.noslash.POST"],
        ours: Ours::Answer(401, INVALID),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &["path.obtain.noslash.OPTIONS"],
        ours: Ours::Answer(200, OPTIONS),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &["accept.json-only.options"],
        ours: Ours::Answer(200, OPTIONS),
        why: "OPTIONS describes the service as the original's default does",
    },
    Deliberate {
        cases: &["alg.es256k.*", "alg.es512.*", "alg.es521.*"],
        ours: Ours::Refused("ALGORITHM"),
        why: "keys on P-521 and secp256k1 are not offered, and the start says so",
    },
    Deliberate {
        cases: &["bad.alg-unknown.*"],
        ours: Ours::Refused("ALGORITHM"),
        why: "an algorithm that nobody knows stops the start instead of the first request",
    },
    Deliberate {
        cases: &["bad.hs256-pem-key.obtain"],
        ours: Ours::Refused("SIGNING_KEY"),
        why: "a key that cannot be used stops the start instead of the first request",
    },
    Deliberate {
        cases: &["bad.lifetime-overflow.obtain"],
        ours: Ours::Refused("ACCESS_TOKEN_LIFETIME"),
        why: "a lifetime beyond all dates stops the start instead of the first request",
    },
    Deliberate {
        cases: &["bad.lifetime-none.obtain"],
        ours: Ours::Refused("ACCESS_TOKEN_LIFETIME"),
        why: "a service that can issue no token stops at the start instead of at every login",
    },
    Deliberate {
        cases: &["bad.refresh-lifetime-none.refresh"],
        ours: Ours::Refused("REFRESH_TOKEN_LIFETIME"),
        why: "a service that can issue no token stops at the start instead of at every login",
    },
    Deliberate {
        cases: &["jti-none.obtain", "jti-none-noapp.obtain", "type-none.obtain"],
        ours: Ours::Answer(200, PAIR),
        why: "without a name, id and type of our own tokens keep their usual one; the original calls them `null`",
    },
    Deliberate {
        cases: &["type-none.hello.refresh-as-access"],
        ours: Ours::Answer(
            401,
            r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token has wrong type"}]}"#,
        ),
        why: "a type need not be said, but one that is said counts: our own refresh tokens open no route",
    },
    Deliberate {
        cases: &["user-id-nofield.hello"],
        ours: Ours::Refused("USER_ID_FIELD"),
        why: "a field that no user has stops the start instead of the first request",
    },
    Deliberate {
        cases: &["leeway.leeway-neg.*"],
        ours: Ours::Refused("LEEWAY"),
        why: "a negative leeway is a mistake that would refuse good tokens",
    },
    Deliberate {
        cases: &["bad.alg-none.obtain", "bad.hs256-empty-key.obtain", "bad.hs256-none-key.obtain"],
        ours: Ours::Answer(200, PAIR),
        why: "none and nothing mean the default: HS256, and the service's own key",
    },
    Deliberate {
        cases: &["bad.removed.SECRET_KEY"],
        ours: Ours::Answer(200, PAIR),
        why: "SECRET_KEY is a variable that other software uses in the same environment",
    },
    Deliberate {
        cases: &["bad.rs256-verify-only.obtain"],
        ours: Ours::Answer(503, r#"{"detail":"Service temporarily unavailable, try again later."}"#),
        why: "a service that has no key to sign with says so instead of crashing",
    },
    Deliberate {
        cases: &["bad.token-class-str.hello"],
        ours: Ours::Answer(401, ACCESS_DENIED),
        why: "variables are text: one class alone is a list of one",
    },
    Deliberate {
        cases: &["claims.aud-empty.hello", "claims.aud-int.hello"],
        ours: Ours::Answer(200, r#"{"message":"Hello, World!"}"#),
        why: "variables are text: nothing means no audience, and a number is its digits",
    },
    Deliberate {
        cases: &["claims.aud-empty.obtain"],
        ours: Ours::Answer(200, PAIR),
        why: "variables are text: nothing means no audience",
    },
    Deliberate {
        cases: &["claims.iss-list.hello"],
        ours: Ours::Answer(401, ACCESS_DENIED),
        why: "there is one issuer; the original accepts a list and cannot issue with it",
    },
    Deliberate {
        cases: &["leeway.leeway-str.expired-100s"],
        ours: Ours::Answer(401, r#"{"detail":"Token is expired","code":"token_not_valid"}"#),
        why: "variables are text: 60 is sixty seconds however it is quoted",
    },
    Deliberate {
        cases: &["leeway.leeway-str.iat-future-10s", "leeway.leeway-str.valid-30s"],
        ours: Ours::Answer(200, "{}"),
        why: "variables are text: 60 is sixty seconds however it is quoted",
    },
    Deliberate {
        cases: &["leeway.leeway-str.refresh.expired-10s"],
        ours: Ours::Answer(200, r#"{"access":"<jwt:access>"}"#),
        why: "variables are text: 60 is sixty seconds however it is quoted",
    },
    Deliberate {
        cases: &["leeway.flush-resurrects-blacklisted"],
        ours: Ours::Answer(401, r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#),
        why: "a row is kept as long as its token could be accepted, leeway included",
    },
    Deliberate {
        cases: &["order.sliding.flush-resurrects"],
        ours: Ours::Answer(
            401,
            r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"SlidingToken","token_type":"sliding","message":"Token is blacklisted"}]}"#,
        ),
        why: "a row is kept as long as any copy of its token could be accepted",
    },
    Deliberate {
        cases: &["hello.header.lowercase"],
        ours: Ours::Answer(200, r#"{"message":"Hello, World!"}"#),
        why: "a scheme has no case (RFC 9110, section 11.1)",
    },
    Deliberate {
        cases: &["hello.post.ok"],
        ours: Ours::Answer(200, r#"{"message":"Hello, World!"}"#),
        why: "the greeting is our own example: it does not echo what it was sent",
    },
    Deliberate {
        cases: &["obtain.fail.real-password-has-outer-spaces"],
        ours: Ours::Answer(200, PAIR),
        why: "a password is taken as it was typed, so that one with outer spaces works",
    },
    Deliberate {
        cases: &["obtain.body.chunked"],
        ours: Ours::Answer(200, PAIR),
        why: "a body in chunks is a body; API Gateway hands it over like any other",
    },
    Deliberate {
        cases: &["obtain.body.deep-nesting"],
        ours: Ours::Answer(413, r#"{"detail":"Request body is too large; 64 KiB are allowed."}"#),
        why: "bodies over 64 KiB are not read",
    },
    Deliberate {
        cases: &["obtain.body.duplicate-keys"],
        ours: Ours::Answer(400, r#"{"detail":"JSON parse error - an object names a field twice at line 1 column 39"}"#),
        why: "two readers of a repeated name may see two values",
    },
    Deliberate {
        cases: &["obtain.body.form-1001-fields"],
        ours: Ours::Answer(400, r#"{"detail":"Multipart form parse error - more than 1000 fields"}"#),
        why: "every answer is JSON",
    },
    Deliberate {
        cases: &["obtain.body.multipart-bad-boundary"],
        ours: Ours::Answer(400, r#"{"detail":"Multipart form parse error - incomplete multipart stream"}"#),
        why: "a body without its boundary is said to be broken instead of read as if a part of it were there",
    },
    Deliberate {
        cases: &["refresh.tok.payload-dup-keys"],
        ours: Ours::Answer(401, INVALID),
        why: "two readers of a repeated name may see two values",
    },
    Deliberate {
        cases: &["refresh.tok.exp-year-9999"],
        ours: Ours::Answer(401, INVALID),
        why: "a token that outlives the longest lifetime was not made by this service",
    },
    Deliberate {
        cases: &[
            "refresh.tok.user_id-dict-empty",
            "refresh.tok.user_id-false",
            "refresh.tok.user_id-float-frac",
            "refresh.tok.user_id-list-empty",
        ],
        ours: Ours::Answer(401, INVALID),
        why: "a user is named by text or a whole number, nothing else",
    },
    Deliberate {
        cases: &[
            "refresh.tok.user_id-empty",
            "refresh.tok.user_id-null",
            "refresh.tok.user_id-zero",
            "rot.rotate-blacklist-noapp.user_id-zero",
            "rot.rotate-blacklist.user_id-zero",
        ],
        ours: Ours::Answer(401, NO_ACCOUNT),
        why: "a refresh token that names nobody is refused, or it would outlive every user",
    },
    Deliberate {
        cases: &[
            "refresh.tok.no-user_id",
            "rot.rotate-blacklist-noapp.no-user_id",
            "rot.rotate-noapp.no-user_id",
            "rot.rotate.no-user_id",
        ],
        ours: Ours::Answer(401, NO_USER),
        why: "a refresh token that names nobody is refused, or it would outlive every user",
    },
    Deliberate {
        cases: &["refresh.tok.user_id-str-padded", "refresh.tok.user_id-str-plus", "refresh.tok.user_id-underscore"],
        ours: Ours::Answer(401, NO_ACCOUNT),
        why: "ids are compared as text, not as what Python reads as a number",
    },
    Deliberate {
        cases: &["verify.ok.no-token-type"],
        ours: Ours::Answer(401, r#"{"detail":"Token has no type","code":"token_not_valid"}"#),
        why: "a token without a type could be any kind of token",
    },
    Deliberate {
        cases: &["blacklist.fail.no-jti", "refresh.tok.no-jti-no-type"],
        ours: Ours::Answer(401, NO_ID),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &["blacklist.fail.user_id-abc"],
        ours: Ours::Answer(200, "{}"),
        why: "no token can crash the service; blacklisting asks for no user, and ids are text",
    },
    Deliberate {
        cases: &["hello.tok.exp-ms"],
        ours: Ours::Answer(401, ACCESS_DENIED),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &[
            "refresh.tok.exp-huge",
            "refresh.tok.exp-ms",
            "refresh.tok.exp-string-num",
            "refresh.tok.exp-year-10000",
            "refresh.tok.iss-int-present",
            "refresh.tok.user_id-dict",
            "refresh.tok.user_id-huge",
            "refresh.tok.user_id-list",
            "sliding.refresh.refresh-exp-str",
        ],
        ours: Ours::Answer(401, INVALID),
        why: "no token can crash the service",
    },
    Deliberate {
        cases: &[
            "refresh.tok.user_id-abc",
            "refresh.tok.user_id-unknown-int",
            "refresh.tok.user_id-uuid",
            "refresh.tok.user_id-zero-str",
            "refresh.user.deleted",
        ],
        ours: Ours::Answer(401, NO_ACCOUNT),
        why: "no token can crash the service, not even one whose user is gone",
    },
    Deliberate {
        cases: &["hello.tok.user_id-abc", "hello.tok.user_id-empty", "uuid.hello.user_id-int"],
        ours: Ours::Answer(401, r#"{"detail":"User not found","code":"user_not_found"}"#),
        why: "no token can crash the service, not even one whose user is gone",
    },
];

pub(crate) const OPTIONS: &str = r#"{"name":"Token Obtain Pair","description":"Takes a set of user credentials and returns an access and refresh JSON web\ntoken pair to prove the authentication of those credentials.","renders":["application/json","text/html"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"],"actions":{"POST":{"username":{"type":"string","required":true,"read_only":false,"label":"Username"},"password":{"type":"string","required":true,"read_only":false,"label":"Password"}}}}"#;
