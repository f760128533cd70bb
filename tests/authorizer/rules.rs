//! What a REST API and an HTTP API make of the same request and the same authorizer, side by side.

use local::Api;
use serde_json::json;
use tests::{
    app::{NOT_PROVIDED, TestApp, forged, now, tampered},
    wire::{Answer, Request},
};

/// What Django REST framework answers, which a REST API says by its Gateway Responses.
const EXPIRED: &str = concat!(
    r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","#,
    r#""messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is expired"}]}"#
);
const TWO_HEADERS: &str = concat!(
    r#"{"detail":"Authorization header must contain two space-delimited values","#,
    r#""code":"bad_authorization_header"}"#
);
const UNAVAILABLE: &str = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;
const HELLO: &str = r#"{"message":"Hello, World!"}"#;

/// What AWS documents that an HTTP API says, and nobody can change.
const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;
const FORBIDDEN: &str = r#"{"message":"Forbidden"}"#;
const FAILURE: &str = r#"{"message":"Internal Server Error"}"#;
const NO_ROUTE: &str = r#"{"message":"Not Found"}"#;

/// What is asked for, and with which token.
#[derive(Clone, Copy, Debug)]
enum Question {
    Bare,
    Below,
    BelowBare,
    Empty,
    Expired,
    Good,
    GoodTwice,
    InOtherHeader,
    Unknown,
    WithoutSlash,
    WithoutStore,
}

type Said = (u16, &'static str);

/// What is asked, and what a REST API and an HTTP API say.
type Rule = (Question, Said, Said);

/// Settings, and the rules that hold with them.
type Rules = (&'static [(&'static str, &'static str)], &'static [Rule]);

const KEPT: (&str, &str) = ("AUTHORIZER_CACHE_SECONDS", "1m");
const BY_POLICY: (&str, &str) = ("AUTHORIZER_RESPONSE", "policy");
const BY_ERROR: (&str, &str) = ("AUTHORIZER_REFUSAL", "unauthorized");
const BY_SESSION: (&str, &str) = ("SESSION_CHECK", "true");
const OTHER_HEADER: (&str, &str) = ("AUTH_HEADER_NAME", "X-Access-Token");

const RULES: [Rules; 7] = [
    (
        &[],
        &[
            (Question::Good, (200, HELLO), (200, HELLO)),
            (Question::WithoutSlash, (200, HELLO), (200, HELLO)),
            (Question::Bare, (401, NOT_PROVIDED), (401, UNAUTHORIZED)),
            (Question::Expired, (401, EXPIRED), (403, FORBIDDEN)),
            (Question::GoodTwice, (401, TWO_HEADERS), (403, FORBIDDEN)),
            (Question::Unknown, (404, NOT_FOUND), (404, NO_ROUTE)),
            // The greedy route that takes the slash at the end takes what comes after it, too.
            (Question::Below, (404, NOT_FOUND), (404, NOT_FOUND)),
            (Question::BelowBare, (404, NOT_FOUND), (401, UNAUTHORIZED)),
        ],
    ),
    (
        &[KEPT],
        &[
            (Question::Good, (200, HELLO), (200, HELLO)),
            (Question::Bare, (401, NOT_PROVIDED), (401, UNAUTHORIZED)),
            (Question::Empty, (401, NOT_PROVIDED), (401, UNAUTHORIZED)),
            (Question::Expired, (401, EXPIRED), (403, FORBIDDEN)),
            (Question::GoodTwice, (401, TWO_HEADERS), (403, FORBIDDEN)),
        ],
    ),
    (
        &[BY_POLICY],
        &[(Question::Good, (200, HELLO), (200, HELLO)), (Question::Expired, (401, EXPIRED), (403, FORBIDDEN))],
    ),
    (
        &[BY_ERROR],
        &[(Question::Good, (200, HELLO), (200, HELLO)), (Question::Expired, (401, NOT_PROVIDED), (403, FORBIDDEN))],
    ),
    (
        &[BY_SESSION],
        &[(Question::Good, (200, HELLO), (200, HELLO)), (Question::WithoutStore, (503, UNAVAILABLE), (500, FAILURE))],
    ),
    // The identity source is Authorization: without it an HTTP API asks nobody, a REST API that keeps nothing does.
    (
        &[OTHER_HEADER],
        &[
            (Question::InOtherHeader, (200, HELLO), (401, UNAUTHORIZED)),
            (Question::Good, (401, NOT_PROVIDED), (403, FORBIDDEN)),
        ],
    ),
    (&[OTHER_HEADER, KEPT], &[(Question::InOtherHeader, (200, HELLO), (401, UNAUTHORIZED))]),
];

#[tokio::test]
async fn a_rest_api_and_an_http_api_keep_their_own_rules() {
    for (settings, rules) in RULES {
        for api in [Api::Rest, Api::Http] {
            let app = TestApp::behind(api, settings).await;
            let (_, token) = app.log_in().await;
            for (asked, rest, http) in rules {
                let said = if api == Api::Rest { rest } else { http };
                holds(&ask(&app, &token, *asked).await, api, *said, &format!("{asked:?}, {api:?}, {settings:?}"));
            }
        }
    }
}

fn holds(answer: &Answer, api: Api, said: Said, rule: &str) {
    assert_eq!((answer.status, answer.text().as_str()), said, "{rule}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{rule}");
    let own = [UNAUTHORIZED, FORBIDDEN, FAILURE, NO_ROUTE].contains(&said.1);
    assert_eq!(answer.header("cache-control").is_none(), own, "{rule}");
    let challenged = api == Api::Rest && answer.status == 401;
    assert_eq!(answer.header("www-authenticate").is_some(), challenged, "{rule}");
}

async fn ask(app: &TestApp, token: &str, asked: Question) -> Answer {
    let bearer = format!("Bearer {token}");
    let request = Request::new("GET", "/api/hello/");
    let request = match asked {
        Question::Bare => request,
        Question::Below => Request::bearer("/api/hello/more", token),
        Question::BelowBare => Request::new("GET", "/api/hello/more/"),
        Question::Empty => request.header("Authorization", ""),
        Question::Expired => {
            let claims = json!({"token_type": "access", "exp": now() - 60, "jti": "x", "user_id": "1"});
            Request::bearer("/api/hello/", &forged(claims))
        }
        Question::Good => request.header("Authorization", bearer),
        Question::GoodTwice => request.header("Authorization", &bearer).header("Authorization", &bearer),
        Question::InOtherHeader => request.header("X-Access-Token", bearer),
        Question::Unknown => Request::bearer("/api/nope/", token),
        Question::WithoutSlash => Request::bearer("/api/hello", token),
        Question::WithoutStore => {
            app.service.lose_the_store().await;
            request.header("Authorization", bearer)
        }
    };
    app.send(request).await
}

#[tokio::test]
async fn what_is_open_is_answered_by_the_function_behind_either() {
    for api in [Api::Rest, Api::Http] {
        let app = TestApp::behind(api, &[]).await;
        let refused = app.post("/api/token/", json!({"username": "alice", "password": "wrong"})).await;
        assert_eq!((refused.status, refused.text().as_str()), (401, tests::app::NO_ACCOUNT), "{api:?}");
        assert_eq!(refused.header("www-authenticate"), Some(r#"Bearer realm="api""#));
        let head = app.send(Request::new("HEAD", "/api/hello/")).await;
        assert_eq!((head.status, head.text().as_str()), (401, ""), "{api:?}");
    }
}

#[tokio::test]
async fn both_keep_answers_under_the_header_and_no_longer_than_told() {
    tokio::join!(keeps_answers(Api::Rest, 401), keeps_answers(Api::Http, 403));
}

async fn keeps_answers(api: Api, refused: u16) {
    let app = TestApp::behind(api, &[BY_SESSION, ("AUTHORIZER_CACHE_SECONDS", "8")]).await;
    let (refresh, known) = app.log_in().await;
    assert_eq!(app.hello(&known).await.status, 200, "{api:?}");
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(app.hello(&known).await.status, 200, "{api:?}: kept");
    assert_eq!(app.hello(&tampered(&known)).await.status, refused, "{api:?}: another value");
    app.advance("8s");
    assert_eq!(app.hello(&known).await.status, refused, "{api:?}: asked again");
}

/// The authorizer reads what an HTTP API shows of the request, and the function hears whom it let in.
#[tokio::test]
async fn the_function_behind_an_http_api_learns_who_asks() {
    for settings in [&[][..], &[BY_POLICY]] {
        let app = TestApp::behind(Api::Http, settings).await;
        let (_, token) = app.log_in().await;
        let request = Request::bearer("/api/user/?a=b", &token).header("Cookie", "theme=dark");
        assert_eq!(app.send(request).await.json()["username"], "alice");
    }
}
