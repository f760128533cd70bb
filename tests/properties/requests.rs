//! Requests: origins, paths, bodies, pages.

use api::Sharing;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use settings::Settings;
use std::collections::BTreeSet;
use tests::{
    app::TestApp,
    wire::{Answer, Request},
};

const ORIGINS: [&str; 2] = ["https://app.example.com", "http://[::1]:5173"];

fn origin() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..ORIGINS.len()).prop_map(|at| ORIGINS[at].to_owned()),
        "[ -~]{0,40}",
        "https?://[a-z.]{0,12}(app\\.example\\.com|\\[::1\\]:5173)[a-z.:/0-9]{0,6}",
        "(https|HTTPS)://[Aa]pp\\.example\\.(com|COM)(/|:443|\\.)?",
    ]
}

/// The origin that is allowed, and whether its requests may carry credentials.
fn allowed(variables: &[(&str, &str)], origins: &[String]) -> (Option<String>, bool) {
    let mut request = http::Request::get("/api/hello/");
    for origin in origins {
        request = request.header("Origin", origin);
    }
    let sharing = Sharing::of(&Settings::of(variables).unwrap(), &request.body(()).unwrap());
    let answer = runtime().block_on(sharing.over(async { http::Response::new(Default::default()) }));
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    (header("access-control-allow-origin"), header("access-control-allow-credentials").is_some())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #[test]
    fn an_origin_is_allowed_where_it_is_listed_and_nowhere_else(origins in vec(origin(), 0..3)) {
        let listed = ORIGINS.join(",");
        let settings = [("CORS_ALLOWED_ORIGINS", listed.as_str()), ("CORS_ALLOW_CREDENTIALS", "true")];
        let expected = match origins.as_slice() {
            [one] if ORIGINS.contains(&one.as_str()) => (Some(one.clone()), true),
            _ => (None, false),
        };
        prop_assert_eq!(allowed(&settings, &origins), expected);
    }

    /// So a star is told to nobody but who calls itself one, as django-cors-headers does; no browser does that.
    #[test]
    fn who_sends_credentials_is_told_its_own_origin_or_none(origins in vec(origin(), 0..3)) {
        let all = ("CORS_ALLOW_ALL_ORIGINS", "true");
        let (origin, with_credentials) = allowed(&[all, ("CORS_ALLOW_CREDENTIALS", "true")], &origins);
        prop_assert!(origin.is_none() || origin.as_ref() == origins.first(), "{:?}", origin);
        prop_assert_eq!(with_credentials, origin.is_some());
        prop_assert!(!allowed(&[all], &origins).1);
    }

    #[test]
    fn every_path_belongs_to_one_endpoint_or_to_none(path in path(), app in "/[a-z0-9]{1,8}") {
        let settings = Settings::read(|_| None).unwrap();
        let found = api::route(&path, &settings);
        prop_assert!(found.is_none() || api::route_behind(&path, &settings) == found);
        if found.is_some() {
            prop_assert_eq!(api::route_behind(&format!("{app}{path}"), &settings), found);
        }
    }
}

/// Any path, and those that something answers.
fn path() -> impl Strategy<Value = String> {
    let known = (0..PATHS.len(), any::<bool>()).prop_map(|(at, slash)| {
        let path = PATHS[at].trim_end_matches('/');
        if slash { format!("{path}/") } else { path.to_owned() }
    });
    prop_oneof![".{0,60}", "(/[a-z%.{}-]{0,8}){0,6}/?", known]
}

/// What is sent to an endpoint that changes something, by who has no right to it.
fn body() -> impl Strategy<Value = (&'static str, String)> {
    let content = prop_oneof![
        ".{0,80}".prop_map(|text| ("application/json", text)),
        "[a-z=&%0-9+]{0,80}".prop_map(|text| ("application/x-www-form-urlencoded", text)),
        vec((field(), value()), 0..5)
            .prop_map(|members| ("application/json", Value::Object(members.into_iter().collect()).to_string())),
    ];
    (content, any::<bool>()).prop_map(|((kind, text), odd)| (if odd { "text/plain" } else { kind }, text))
}

/// The name of a field, and mostly of one that is looked at.
fn field() -> impl Strategy<Value = String> {
    let known =
        ["username", "password", "refresh", "token", "uid", "new_password", "current_password", "name", "email"];
    prop_oneof![1 => "[a-z_]{1,12}".boxed(), 4 => (0..known.len()).prop_map(move |at| known[at].to_owned()).boxed()]
}

/// A refresh token that somebody else signed.
fn forged() -> Value {
    let claims = json!({
        "token_type": "refresh", "exp": tests::clock::start() + 600, "iat": tests::clock::start(),
        "jti": "0123456789ab4def8123456789abcdef", "user_id": "1",
    });
    let text = tests::app::forged(claims);
    let (signed, _) = text.rsplit_once('.').unwrap();
    format!("{signed}.c2lnbmVkIGJ5IG5vYm9keQ").into()
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(forged()),
        Just("alice".into()),
        ".{0,30}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!([[{}]])),
        Just(Value::Null)
    ]
}

/// Those that change something.
const PATHS: [&str; 9] = [
    "/api/token/",
    "/api/token/refresh/",
    "/api/token/blacklist/",
    "/api/token/sliding/",
    "/api/organizations/",
    "/api/user/password/",
    "/oauth/revoke/",
    "/auth/users/set_password/",
    "/auth/users/reset_password_confirm/",
];

fn run<T: std::fmt::Debug>(cases: u32, drawn: &impl Strategy<Value = T>, holds: impl Fn(T)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(drawn, |drawn| {
        holds(drawn);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(tests::accounts::djoser(&[]));
    let before = kept(&runtime, &app);
    let drawn = (0..PATHS.len(), body(), prop_oneof![Just(String::new()), "(Bearer|JWT) [A-Za-z0-9._-]{0,60}"]);
    run(400, &drawn, |(path, (kind, body), authorization)| {
        let path = PATHS[path];
        let request = Request::new("POST", path).header("Content-Type", kind).header("Authorization", &authorization);
        let answer = runtime.block_on(app.send(request.body(&body)));
        assert!((400..500).contains(&answer.status), "{path} {kind} {body:?}: {} {}", answer.status, answer.text());
    });
    assert_eq!(kept(&runtime, &app), before);
}

/// Everything that the service keeps; the fields of a row have no order.
fn kept(runtime: &tokio::runtime::Runtime, app: &TestApp) -> Vec<BTreeSet<String>> {
    let rows = runtime.block_on(app.service.everything_kept());
    let fields = |row: &str| row.trim_matches(['{', '}']).split(", ").map(str::to_owned).collect();
    rows.lines().map(fields).collect()
}

#[test]
fn pages_show_each_once_and_no_cursor_makes_them_stop() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::plain());
    let (_, access) = runtime.block_on(app.log_in());
    let list = |query: &str| -> Answer {
        runtime.block_on(app.send(Request::bearer(&format!("/api/organizations/{query}"), &access)))
    };
    let names: BTreeSet<String> = (0..23).map(|number| format!("name {number}")).collect();
    for name in &names {
        let request = Request::json("/api/organizations/", &json!({"name": name}));
        assert_eq!(runtime.block_on(app.send(request.header("Authorization", format!("Bearer {access}")))).status, 201);
    }
    for size in [1, 2, 3, 7, 22, 23, 24, 100] {
        let (mut shown, mut query) = (Vec::new(), format!("?page_size={size}"));
        loop {
            let page = list(&query).json();
            let results = page["results"].as_array().unwrap();
            assert!(results.len() <= size);
            shown.extend(results.iter().map(|result| result["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            query = next.to_owned();
        }
        assert_eq!(shown.len(), names.len(), "pages of {size}");
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), names, "pages of {size}");
    }
    run(60, &prop_oneof!["[A-Za-z0-9%_.-]{1,48}", "[a-z0-9]{1000,3000}"], |cursor: String| {
        let answer = list(&format!("?cursor={cursor}"));
        let expected: &[u16] = if cursor.len() <= 1024 { &[200, 404] } else { &[404] };
        assert!(expected.contains(&answer.status), "{cursor}: {} {}", answer.status, answer.text());
    });
}
