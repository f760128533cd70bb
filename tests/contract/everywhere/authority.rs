//! What an authorizer's word is worth at each endpoint: nothing, unless that endpoint stands behind it.

use crate::app::{SECRET, TestApp, user};
use api::{Ambient, Call, Caller, Guard, Listed, Principal, Service};
use http::Request;
use serde_json::{Value, json};
use settings::Settings;
use store::User;
use token::KeySet;

/// Everything is offered, so that nothing is refused for another reason.
const SETTINGS: [(&str, &str); 5] = [
    ("SIGNING_KEY", SECRET),
    ("ACCOUNTS", "djoser,dj-rest-auth"),
    ("LEGACY", "drf-jwt"),
    ("OAUTH_CLIENTS", "shop:0123456789abcdef"),
    ("ISSUER", "https://login.example.com"),
];

struct Attempt {
    keys: KeySet,
    service: Service,
}

impl Attempt {
    async fn of(app: &TestApp) -> Self {
        let settings = Settings::of(&SETTINGS).unwrap();
        let root = User { is_superuser: true, ..user("3", "root", true) };
        app.service.store.create_user(&root).await.unwrap();
        let keys = settings.keys().unwrap().unwrap();
        Self { keys, service: Service::new(settings, app.service.through(&app.service.engine()), 1) }
    }

    /// Status, cookies and body of the answer to whom an authorizer calls this user.
    async fn said<E: Listed>(&self, method: &str, user_id: Option<&str>) -> (u16, usize, String) {
        let principal = user_id.map(|user_id| Principal {
            user_id: user_id.to_owned(),
            token_type: "access".to_owned(),
            jti: "0123456789ab4cde8f0123456789abcd".to_owned(),
            expiry: i64::MAX,
            login: i64::MAX,
            claims: [("is_superuser".to_owned(), "true".to_owned())].into(),
        });
        let body =
            json!({"user": "1", "token": "x.y.z", "refresh": "x.y.z", "username": "nobody", "password": "wrong"});
        let request = Request::builder().method(method).uri(E::PATH).header("Content-Type", "application/json");
        let request = request.body(body.to_string().into()).unwrap();
        let caller = Caller { ip: Some("192.0.2.1".to_owned()), principal, user_agent: None };
        let call = Call { ambient: Ambient::read().unwrap(), caller, keys: &self.keys, service: &self.service };
        let answer = Box::pin(api::answer::<E>(call, request)).await;
        let cookies = answer.headers().get_all("set-cookie").iter().count();
        (answer.status().as_u16(), cookies, String::from_utf8_lossy(answer.body()).into_owned())
    }

    async fn holds<E: Listed>(&self) {
        for method in E::VIEW.allow.split(", ") {
            let without = self.said::<E>(method, None).await;
            let stranger = self.said::<E>(method, Some("404")).await;
            if E::VIEW.guard == Guard::Bearer {
                assert_eq!(without.0, 401, "{method} {}", E::PATH);
                continue;
            }
            for user in ["1", "3"] {
                assert_eq!(self.said::<E>(method, Some(user)).await, without, "{method} {} as {user}", E::PATH);
            }
            assert_eq!(stranger, without, "{method} {}", E::PATH);
        }
    }
}

macro_rules! every {
    ($($verb:ident: $endpoint:ident, $path:literal, $function:ident;)+) => {
        async fn all_hold(asked: &Attempt) {
            $(Box::pin(asked.holds::<api::$endpoint>()).await;)+
        }
    };
}
api::endpoints!(every);

#[tokio::test]
async fn az_28_an_authorizers_word_opens_no_endpoint_that_does_not_stand_behind_it() {
    let app = TestApp::plain().await;
    all_hold(&Attempt::of(&app).await).await;
}

#[tokio::test]
async fn az_27_a_token_of_nobody_is_refused_everywhere() {
    let app = TestApp::plain().await;
    for nobody in [json!(null), json!(""), json!(" "), json!(false), json!(0), json!([]), json!({})] {
        let claims = json!({"token_type": "access", "exp": tests::app::now() + 60, "jti": "x", "user_id": nobody});
        let token = tests::app::forged(claims);
        for path in ["/api/hello/", "/api/user/", "/api/sessions/", "/api/organizations/"] {
            let answer = app.send(tests::wire::Request::bearer(path, &token)).await;
            assert_eq!(answer.status, 401, "{path} {nobody}: {}", answer.text());
            let code: &Value = &answer.json()["code"];
            assert!(["user_not_found", "token_not_valid"].contains(&code.as_str().unwrap()), "{code}");
        }
    }
}
