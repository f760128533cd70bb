//! django-cors-headers: where we answer otherwise on purpose.

use crate::packages::{
    deliberate::{Deliberate, Ours},
    differences::{NO_ACCOUNT, OPTIONS, PAIR},
    package::Package,
};

/// `django-cors-headers` 4.9.0 before Simple JWT 5.5.1.
pub(crate) const CORS: Package = Package {
    name: "CORS",
    recorded: "cors.jsonl",
    followed_by: &[],
    differences: DIFFERENCES,
    rules: &[],
    absent: ABSENT,
};

/// Variants that ours cannot be set to, and why not.
const ABSENT: &[(&str, &str)] = &[
    ("cors-bad-string", "variables are text: one origin alone is a list of one"),
    ("cors-none", "without an origin CORS is off; there is no list of middleware to put it into"),
];

const GREETING: &str = r#"{"message":"Hello, World!"}"#;
const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;
const NOT_PROVIDED: &str = r#"{"detail":"Authentication credentials were not provided."}"#;
const HELLO_OPTIONS: &str = r#"{"name":"Hello","description":"Greets the user whose access token came with the request.","renders":["application/json","text/html"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"]}"#;
const REFRESH_OPTIONS: &str = r#"{"name":"Token Refresh","description":"Takes a refresh type JSON web token and returns an access type JSON web\ntoken if the refresh token is valid.","renders":["application/json","text/html"],"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"],"actions":{"POST":{"refresh":{"type":"string","required":true,"read_only":false,"label":"Refresh"},"access":{"type":"string","required":false,"read_only":true,"label":"Access"}}}}"#;

const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["cors.origin.bad-noscheme.*", "cors.origin.bad-path.*", "cors.origin.bad-slash.*"],
        ours: Ours::Refused("CORS_ALLOWED_ORIGINS"),
        why: "what no page's origin can be stops the start; without a scheme it would let in null",
    },
    Deliberate {
        cases: &["cors.origin.bad-star.*", "cors.origin.bad-wildcard.*"],
        ours: Ours::Refused("CORS_ALLOWED_ORIGINS"),
        why: "a star stands for nothing in this list, and with it would let in null",
    },
    Deliberate {
        cases: &["cors.origin.bad-regex.*"],
        ours: Ours::Refused("CORS_ALLOWED_ORIGIN_REGEXES"),
        why: "an expression that is broken stops the start instead of every request",
    },
    Deliberate {
        cases: &["cors.setting.maxage-neg.*"],
        ours: Ours::Refused("CORS_PREFLIGHT_MAX_AGE"),
        why: "the original's own check refuses it; its server starts all the same",
    },
    Deliberate {
        cases: &["cors.origin.bad-space.two.actual"],
        ours: Ours::Allows(Some("https://two.example.com")),
        why: "spaces around an entry are none of it",
    },
    Deliberate {
        cases: &[
            "cors.origin.cred.slash.*",
            "cors.origin.several.slash.*",
            "cors.origin.several.path.*",
            "cors.origin.one.scheme-upper.*",
            "cors.origin.several.scheme-upper.*",
            "cors.origin.several.slash-comma.*",
            "cors.origin.several.tab-inside.*",
            "cors.origin.several.upper-as-set.*",
            "cors.origin.file.file-path.*",
        ],
        ours: Ours::Allows(None),
        why: "origins are compared byte for byte; no browser sends these",
    },
    Deliberate {
        cases: &[
            "cors.origin.null.NULL.*",
            "cors.origin.null.garbage.*",
            "cors.origin.null-cred.garbage.*",
            "cors.origin.null.no-scheme.*",
            "cors.origin.null-cred.no-scheme.*",
            "cors.origin.null.star.*",
        ],
        ours: Ours::Allows(None),
        why: "null in the list is null, and not every text without a scheme",
    },
    Deliberate {
        cases: &["cors.origin.two-headers.same.all-cred", "cors.origin.two-headers.slash-evil.*"],
        ours: Ours::Allows(None),
        why: "two origins are none; no browser sends two",
    },
    Deliberate {
        cases: &["cors.regex.regex-loose.path.*", "cors.regex.regex-loose.port.*", "cors.regex.regex-loose.suffix.*"],
        ours: Ours::Allows(None),
        why: "an expression matches the whole origin, or it would let in app.example.com.evil.test",
    },
    Deliberate {
        cases: &["cors.actual.bad-host.*"],
        ours: Ours::Answer(200, PAIR),
        why: "the gateway knows its hosts",
    },
    Deliberate {
        cases: &["cors.actual.obtain-429.*"],
        ours: Ours::Answer(200, PAIR),
        why: "throttling belongs to API Gateway",
    },
    Deliberate {
        cases: &["cors.actual.obtain-301.*"],
        ours: Ours::Answer(200, PAIR),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &[
            "cors.options.no-slash.*",
            "cors.setting.urls-all-cred.no-slash.*",
            "cors.setting.urls-hello.no-slash.*",
            "cors.setting.urls-token.no-slash.*",
        ],
        ours: Ours::Answer(200, OPTIONS),
        why: "a path without its slash is served, not redirected",
    },
    Deliberate {
        cases: &["cors.actual.obtain-html.*"],
        ours: Ours::Answer(200, PAIR),
        why: "every answer is JSON: there is no browsable HTML",
    },
    Deliberate {
        cases: &["cors.actual.hello-html-401.*"],
        ours: Ours::Answer(401, NOT_PROVIDED),
        why: "every answer is JSON: there is no browsable HTML",
    },
    Deliberate {
        cases: &["cors.actual.hello-cookie.*"],
        ours: Ours::Answer(200, GREETING),
        why: "there are no cookies of Django's sessions",
    },
    Deliberate {
        cases: &["cors.actual.json-only-html-accept.*"],
        ours: Ours::Answer(401, NOT_PROVIDED),
        why: "the authorizer stands before the function, so that 401 beats 406",
    },
    Deliberate {
        cases: &["cors.setting.json-only.options"],
        ours: Ours::Answer(200, REFRESH_OPTIONS),
        why: "OPTIONS describes the service as the original's default does",
    },
    Deliberate {
        cases: &["cors.options.hello.authenticated"],
        ours: Ours::Answer(200, HELLO_OPTIONS),
        why: "the greeting is our own example, and says what it does",
    },
    Deliberate {
        cases: &["cors.actual.hello-200-post.*"],
        ours: Ours::Answer(200, GREETING),
        why: "the greeting is our own example: it does not echo what it was sent",
    },
    Deliberate {
        cases: &["cors.actual.unknown-404.*", "cors.options.unknown.*"],
        ours: Ours::Answer(404, NOT_FOUND),
        why: "every answer is JSON, that of an unknown path included",
    },
    Deliberate {
        cases: &["cors.actual.obtain-400-too-big.*"],
        ours: Ours::Answer(413, r#"{"detail":"Request body is too large; 64 KiB are allowed."}"#),
        why: "bodies over 64 KiB are not read",
    },
    Deliberate {
        cases: &["cors.actual.refresh-500.*"],
        ours: Ours::Answer(401, NO_ACCOUNT),
        why: "no token can crash the service, not even one whose user is gone",
    },
];
