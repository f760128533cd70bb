//! AUTH_COOKIE: a browser's tokens are in cookies that no script can read. Everybody else's are in bodies.

use crate::app::{PASSWORD, TestApp, claims, now, text, user};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::User;
use tests::wire::{Answer, Request};

pub(crate) const COOKIES: (&str, &str) = ("AUTH_COOKIE", "latchkey");
pub(crate) const ACCESS: &str = "__Host-latchkey";
pub(crate) const REFRESH: &str = "__Secure-latchkey-refresh";
pub(crate) const SESSION: &str = "__Host-latchkey-session";
const NOTHING: &str = r#"{"detail":"Authentication credentials were not provided."}"#;
const SEVERAL: &str = r#"{"detail":"Several tokens were sent. Send one."}"#;

/// A browser that shows a page of the service's own origin: it keeps cookies, and says where its page is from.
pub(crate) struct Browser<'s> {
    app: &'s TestApp,
    pub(crate) jar: BTreeMap<String, String>,
}

impl<'s> Browser<'s> {
    pub(crate) fn before(app: &'s TestApp) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    /// A browser in which alice is logged in.
    pub(crate) async fn of_alice(app: &'s TestApp) -> Self {
        let mut browser = Self::before(app);
        let answer = browser.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
        browser
    }

    /// The request with the cookies of this browser, as a page of whatever origin would send it.
    pub(crate) fn cookies(&self, request: Request) -> Request {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header("Cookie", cookies.join("; ")) }
    }

    pub(crate) async fn send(&mut self, request: Request) -> Answer {
        let answer = self.app.send(self.cookies(request).header("Sec-Fetch-Site", "same-origin")).await;
        for line in answer.headers("set-cookie") {
            let (name, rest) = line.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            self.jar.remove(name);
            if !attributes.contains("Max-Age=0;") {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Request::json(path, &body)).await
    }

    pub(crate) async fn refresh(&mut self) -> Answer {
        self.post("/api/token/refresh/", json!({})).await
    }

    pub(crate) async fn hello(&mut self) -> u16 {
        self.send(Request::new("GET", "/api/hello/")).await.status
    }

    pub(crate) fn token(&self, name: &str) -> String {
        self.jar[name].clone()
    }
}

#[tokio::test]
async fn a_login_sets_cookies_and_tells_no_token() {
    let app = TestApp::with(&[COOKIES, ("OBTAIN_FIELDS", "username")]).await;
    let mut browser = Browser::before(&app);
    let answer = browser.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"username":"alice"}"#));
    let (access, refresh) = (browser.token(ACCESS), browser.token(REFRESH));
    let session: String = claims(&refresh)["jti"].as_str().unwrap().chars().take(16).collect();
    let expected = [
        format!("{ACCESS}={access}; Path=/; Max-Age=300; HttpOnly; Secure; SameSite=Strict"),
        format!("{REFRESH}={refresh}; Path=/api/token; Max-Age=86400; HttpOnly; Secure; SameSite=Strict"),
        format!("{SESSION}={session}; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Strict"),
    ];
    assert_eq!(answer.headers("set-cookie"), expected);
    assert_eq!(
        (&claims(&access)["token_type"], &claims(&refresh)["token_type"]),
        (&json!("access"), &json!("refresh"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_login_whose_tokens_fit_no_cookie_opens_no_session() {
    let app = TestApp::with(&[COOKIES, ("TOKEN_CLAIMS", "first_name")]).await;
    let named_at_length = User { first_name: "w".repeat(4_000), ..user("9", "walter", true) };
    app.service.store.create_user(&named_at_length).await.unwrap();
    let body = json!({"username": "walter", "password": PASSWORD});
    let answer = Browser::before(&app).post("/api/token/", body).await;
    assert_eq!(answer.status, 200, "the claim that fits no cookie is left out");
    let app = TestApp::with(&[COOKIES, ("USER_ID_FIELD", "username")]).await;
    let name = "w".repeat(3_900);
    app.service.store.create_user(&user("9", &name, true)).await.unwrap();
    let answer = Browser::before(&app).post("/api/token/", json!({"username": name, "password": PASSWORD})).await;
    assert_eq!((answer.status, answer.header("retry-after")), (403, None), "it will not do better the next time");
    assert_eq!(app.service.store.sessions_of("9").await.unwrap(), []);
}

#[tokio::test]
async fn the_cookies_open_refresh_and_log_out() {
    let app = TestApp::with(&[COOKIES]).await;
    let mut browser = Browser::of_alice(&app).await;
    let (first, kept) = (browser.token(ACCESS), browser.token(REFRESH));
    assert_eq!(browser.hello().await, 200);
    let answer = browser.refresh().await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(answer.headers("set-cookie").len(), 1, "without rotation the refresh token stays");
    assert_ne!(browser.token(ACCESS), first);
    assert_eq!(browser.hello().await, 200);
    let answer = browser.post("/api/token/blacklist/", json!({})).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert!(browser.jar.is_empty());
    let gone = answer.headers("set-cookie").join("\n");
    assert!(gone.contains(&format!("{ACCESS}=; Path=/; Max-Age=0; ")), "{gone}");
    assert!(gone.contains(&format!("{REFRESH}=; Path=/api/token; Max-Age=0; ")), "{gone}");
    assert!(gone.contains(&format!("{SESSION}=; Path=/; Max-Age=0; ")), "{gone}");
    assert_eq!(app.refresh(&kept).await.status, 401, "the session is over, not only forgotten");
    assert_eq!(browser.hello().await, 401);
}

#[tokio::test]
async fn a_program_gets_its_tokens_as_ever() {
    let app = TestApp::with(&[COOKIES]).await;
    let (refresh, access) = app.log_in().await;
    assert_eq!(app.hello(&access).await.status, 200);
    let answer = app.refresh(&refresh).await;
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["access"]);
    assert!(answer.headers("set-cookie").is_empty());
    assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": refresh})).await.status, 200);
    assert_eq!(app.post("/api/token/refresh/", json!({})).await.text(), r#"{"refresh":["This field is required."]}"#);
}

#[tokio::test]
async fn without_the_setting_cookies_are_neither_set_nor_read() {
    let app = TestApp::plain().await;
    let login = Request::json("/api/token/", &json!({"username": "alice", "password": PASSWORD}));
    let answer = app.send(login.header("Sec-Fetch-Site", "cross-site").header("Origin", "https://evil.example")).await;
    assert_eq!((answer.status, answer.headers("set-cookie").len()), (200, 0));
    let cookies = format!("{ACCESS}={}; {REFRESH}={}", text(&answer, "access"), text(&answer, "refresh"));
    let hello = Request::new("GET", "/api/hello/").header("Cookie", &cookies).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(app.send(hello).await.text(), NOTHING);
    let refresh = Request::json("/api/token/refresh/", &json!({})).header("Cookie", cookies);
    assert_eq!(app.send(refresh.header("Sec-Fetch-Site", "same-origin")).await.status, 400);
}

#[tokio::test]
async fn a_browser_without_a_cookie_is_told_to_log_in() {
    let app = TestApp::with(&[COOKIES]).await;
    let mut browser = Browser::before(&app);
    let answer = browser.refresh().await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NOTHING));
    assert_eq!(browser.hello().await, 401);
}

/// A script that got hold of a refresh token elsewhere has it already; no answer hands it another one.
#[tokio::test]
async fn a_script_gets_no_refresh_token_whatever_it_sends() {
    let app = TestApp::with(&[COOKIES, ("ROTATE_REFRESH_TOKENS", "true")]).await;
    let (token, _) = app.log_in().await;
    let mut browser = Browser::before(&app);
    let answer = browser.post("/api/token/refresh/", json!({"refresh": token})).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(answer.headers("set-cookie").len(), 3);
    let answer = browser.post("/api/token/refresh/", json!({"refresh": token})).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, SEVERAL), "another one than the cookie's");
}

#[tokio::test]
async fn rotation_moves_the_cookie_on() {
    let app = TestApp::with(&[COOKIES, ("PROFILE", "hardened"), ("ALGORITHM", "HS256")]).await;
    let mut browser = Browser::of_alice(&app).await;
    for _ in 0..3 {
        let before = browser.token(REFRESH);
        assert_eq!(browser.refresh().await.text(), "{}");
        assert_ne!(browser.token(REFRESH), before);
        assert_eq!(browser.hello().await, 200);
    }
    let left = claims(&browser.token(REFRESH))["exp"].as_i64().unwrap() - now();
    assert_eq!(left, 86_400);
}

#[tokio::test]
async fn rf_14_two_tabs_that_refresh_at_once_get_the_same_cookies() {
    let app = TestApp::with(&[COOKIES, ("PROFILE", "hardened"), ("ALGORITHM", "HS256")]).await;
    let alice = Browser::of_alice(&app).await;
    let tab = || Browser { app: &app, jar: alice.jar.clone() };
    let (mut one, mut two) = (tab(), tab());
    let (first, second) = tokio::join!(one.refresh(), two.refresh());
    assert_eq!([first.status, second.status], [200, 200]);
    assert_eq!(one.jar, two.jar);
    assert_eq!(one.refresh().await.status, 200);
}

#[tokio::test]
async fn rf_03_a_stolen_cookie_that_comes_back_ends_the_session() {
    let hardened = [COOKIES, ("PROFILE", "hardened"), ("ALGORITHM", "HS256"), ("REFRESH_GRACE_SECONDS", "0")];
    let app = TestApp::with(&hardened).await;
    let mut browser = Browser::of_alice(&app).await;
    let mut thief = Browser { app: &app, jar: browser.jar.clone() };
    assert_eq!(browser.refresh().await.status, 200);
    let answer = thief.refresh().await;
    assert_eq!(answer.json()["detail"], "Token is blacklisted");
    assert!(answer.headers("set-cookie").is_empty(), "a refusal takes nothing away: another tab may have refreshed");
    assert_eq!([browser.refresh().await.status, browser.hello().await], [401, 401]);
}

#[tokio::test]
async fn one_of_many_racers_with_one_cookie_wins() {
    let once = [COOKIES, ("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
    let app = TestApp::with(&once).await;
    for _ in 0..5 {
        let alice = Browser::of_alice(&app).await;
        let tab = || Browser { app: &app, jar: alice.jar.clone() };
        let [mut a, mut b, mut c, mut d] = [tab(), tab(), tab(), tab()];
        let (a, b, c, d) = tokio::join!(a.refresh(), b.refresh(), c.refresh(), d.refresh());
        assert_eq!([a, b, c, d].iter().filter(|answer| answer.status == 200).count(), 1);
    }
}

#[tokio::test]
async fn who_is_logged_out_already_loses_the_cookies_all_the_same() {
    let app = TestApp::with(&[COOKIES]).await;
    let mut browser = Browser::of_alice(&app).await;
    app.post("/api/token/blacklist/", json!({"refresh": browser.token(REFRESH)})).await;
    assert_eq!(browser.post("/api/token/blacklist/", json!({})).await.status, 200);
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn two_tokens_that_differ_are_refused() {
    let app = TestApp::with(&[COOKIES]).await;
    let (_, other) = app.log_in().await;
    let mut browser = Browser::of_alice(&app).await;
    let own = browser.token(ACCESS);
    assert_eq!(browser.send(Request::bearer("/api/hello/", &own)).await.status, 200, "the same twice is one");
    let answer = browser.send(Request::bearer("/api/hello/", &other)).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, SEVERAL));
    let twice = Request::new("GET", "/api/hello/").header("Cookie", format!("{ACCESS}={other}"));
    assert_eq!(browser.send(twice).await.text(), SEVERAL);
    // The access token is of the same session as the refresh token.
    let twice = Request::json("/api/token/refresh/", &json!({})).header("Cookie", format!("{REFRESH}={own}"));
    assert_eq!(browser.send(twice).await.text(), SEVERAL);
}

/// A gateway may keep the answer under the header, and give it to whoever sends the same one.
#[tokio::test]
async fn a_cookie_does_not_count_beside_any_header() {
    let app = TestApp::with(&[COOKIES]).await;
    let mut browser = Browser::of_alice(&app).await;
    for header in ["Basic x", "Bearer", ""] {
        let request = Request::new("GET", "/api/hello/").header("Authorization", header);
        assert_eq!(browser.send(request).await.status, 401, "{header:?}");
    }
}

#[tokio::test]
async fn a_cookie_of_the_wrong_kind_opens_nothing() {
    let app = TestApp::with(&[COOKIES]).await;
    let alice = Browser::of_alice(&app).await;
    let (access, refresh) = (alice.token(ACCESS), alice.token(REFRESH));
    for value in [refresh.as_str(), "", "x", &format!("\"{access}\""), &format!("Bearer {access}")] {
        let mut browser = Browser::before(&app);
        browser.jar.insert(ACCESS.to_owned(), value.to_owned());
        assert_eq!(browser.hello().await, 401, "{value}");
    }
    let mut browser = Browser { app: &app, jar: alice.jar.clone() };
    browser.jar.insert(REFRESH.to_owned(), access);
    assert_eq!(browser.refresh().await.json()["detail"], "Token has wrong type");
}

#[tokio::test]
async fn nothing_is_kept_of_what_the_authorizer_says_to_a_cookie() {
    let app = TestApp::with(&[COOKIES, ("SESSION_CHECK", "true"), ("AUTHORIZER_CACHE_SECONDS", "1m")]).await;
    let mut browser = Browser::of_alice(&app).await;
    assert_eq!(browser.hello().await, 200);
    app.post("/api/token/blacklist/", json!({"refresh": browser.token(REFRESH)})).await;
    assert_eq!(browser.hello().await, 401);
}
