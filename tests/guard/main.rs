//! The guard in front of a service of one's own: whom it lets in, what it tells, what it answers.

#[cfg(test)]
mod layer {
    use guard::{Claims, Guard, GuardError, Principal};
    use http::{Request, Response};
    use serde_json::{Value, json};
    use settings::Settings;
    use tests::{
        app::{SECRET, TestApp, forged, tampered, user},
        clock::real as now,
        service::Service,
    };
    use token::{Algorithm, Key, KeySet};
    use tower::{Layer, ServiceExt, service_fn};

    fn settings(variables: &[(&str, &str)]) -> Settings {
        Settings::of(variables).unwrap_or_else(|faults| panic!("{faults}"))
    }

    fn guard(variables: &[(&str, &str)]) -> Guard {
        Guard::new(settings(&[&[("SIGNING_KEY", SECRET)], variables].concat())).unwrap()
    }

    fn access(changes: Value) -> String {
        let mut claims = json!({"token_type": "access", "exp": now() + 60, "jti": "x", "user_id": "1"});
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        forged(claims)
    }

    fn request(method: &str, headers: &[String]) -> Request<String> {
        let builder =
            headers.iter().fold(Request::builder().method(method), |b, value| b.header("authorization", value));
        builder.body(String::new()).unwrap()
    }

    /// What a handler behind the guard answers: who it sees, or the refusal.
    async fn call(guard: &Guard, request: Request<String>) -> Response<Vec<u8>> {
        let handler = service_fn(async |request: Request<String>| {
            let principal = request.extensions().get::<Principal>().expect("a principal").clone();
            let claims = request.extensions().get::<Claims>().expect("claims").to_json();
            Ok::<_, std::convert::Infallible>(Response::new(format!("{} {claims}", principal.user_id).into_bytes()))
        });
        guard.layer(handler).oneshot(request).await.unwrap()
    }

    async fn with(guard: &Guard, token: &str) -> (u16, String) {
        let answer = call(guard, request("GET", &[format!("Bearer {token}")])).await;
        (answer.status().as_u16(), String::from_utf8(answer.into_body()).unwrap())
    }

    #[tokio::test]
    async fn lets_in_by_a_cookie_who_asks_from_a_page_of_ours() {
        let guard = guard(&[("AUTH_COOKIE", "latchkey")]);
        let cookie = format!("__Host-latchkey={}", access(json!({})));
        for (site, status) in [("same-origin", 200), ("same-site", 403), ("cross-site", 403)] {
            let mut request = request("GET", &[]);
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
            request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
            assert_eq!(call(&guard, request).await.status(), status, "{site}");
        }
    }

    #[tokio::test]
    async fn hands_principal_and_claims_to_the_handler() {
        let token = access(json!({"exp": 9_999_999_999_i64, "plan": "gold"}));
        let guard = guard(&[("ACCESS_TOKEN_LIFETIME", "300000d")]);
        let expected = r#"1 {"token_type":"access","exp":9999999999,"jti":"x","user_id":"1","plan":"gold"}"#;
        assert_eq!(with(&guard, &token).await, (200, expected.to_owned()));
    }

    #[tokio::test]
    async fn answers_as_the_protected_endpoint_does() {
        let app = TestApp::plain().await;
        let (_, good) = app.log_in().await;
        let guard = guard(&[]);
        let refused = [
            tampered(&good),
            access(json!({"exp": now() - 1})),
            access(json!({"token_type": "refresh"})),
            access(json!({"user_id": null, "exp": null})),
            "x".to_owned(),
            "two words".to_owned(),
        ];
        for token in refused {
            let answer = app.hello(&token).await;
            assert_eq!(answer.status, 401);
            assert_eq!(with(&guard, &token).await, (401, answer.text()), "{token}");
        }
        assert_eq!(with(&guard, &good).await.0, 200);
    }

    #[tokio::test]
    async fn asks_for_credentials_in_the_words_of_django_rest_framework() {
        let answer = call(&guard(&[]), request("GET", &[])).await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["www-authenticate"], r#"Bearer realm="api""#);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.into_body(), br#"{"detail":"Authentication credentials were not provided."}"#);
    }

    #[tokio::test]
    async fn refuses_two_headers_even_if_one_is_good() {
        let headers = [format!("Bearer {}", access(json!({}))), "Bearer x".to_owned()];
        assert_eq!(call(&guard(&[]), request("GET", &headers)).await.status(), 401);
    }

    #[tokio::test]
    async fn a_refusal_to_head_has_no_body() {
        let answer = call(&guard(&[]), request("HEAD", &[])).await;
        assert_eq!((answer.status().as_u16(), answer.into_body().len()), (401, 0));
    }

    #[tokio::test]
    async fn looks_at_session_and_user_where_the_settings_ask() {
        let app = TestApp::with(&[("SESSION_CHECK", "true")]).await;
        let (refresh, token) = app.log_in().await;
        let settings = settings(&[("SIGNING_KEY", SECRET), ("SESSION_CHECK", "true")]);
        let guard = Guard::with_store(settings, app.service.store.clone()).unwrap();
        assert_eq!(with(&guard, &token).await.0, 200);
        app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
        assert_eq!(with(&guard, &token).await.0, 401);
        app.service.lose_the_store().await;
        assert_eq!(with(&guard, &token).await.0, 503);
    }

    #[tokio::test]
    async fn wants_of_a_good_token_what_is_required() {
        let denied = (403, r#"{"detail":"You do not have permission to perform this action."}"#.to_owned());
        let plain = guard(&[]);
        let both = plain.require(guard::staff()).require(guard::group("editors"));
        let said = json!({"is_staff": true, "groups": ["writers", "editors"], "role": "editor", "is_superuser": false});
        let good = access(said);
        assert_eq!(with(&both, &good).await.0, 200);
        assert_eq!(with(&plain.require(guard::claim("role", "editor")), &good).await.0, 200);
        assert_eq!(with(&plain.require(guard::superuser()), &good).await, denied);
        for claims in [
            json!({}),
            json!({"is_staff": true}),
            json!({"is_staff": "true", "groups": ["editors"]}),
            json!({"is_staff": true, "groups": "editors"}),
            json!({"is_staff": true, "groups": ["Editors"]}),
        ] {
            assert_eq!(with(&both, &access(claims.clone())).await, denied, "{claims}");
            assert_eq!(with(&plain, &access(claims)).await.0, 200);
        }
        assert_eq!(with(&both, &tampered(&good)).await.0, 401, "a bad token is told first");
    }

    #[tokio::test]
    async fn takes_the_keys_that_the_issuer_publishes() {
        let key = Key::generate(Algorithm::ES256, Some("published".to_owned()), &[7; 64]).unwrap();
        let variables = [("ALGORITHM".to_owned(), "ES256".to_owned())];
        let service = Service::with_keys(&variables, KeySet::new(vec![key]).unwrap()).await.unwrap();
        service.store.create_user(&user("1", "alice", true)).await.unwrap();
        let app = TestApp { service };
        let (_, token) = app.log_in().await;
        let address = format!("http://{}/.well-known/jwks.json", app.service.address);
        let guard = Guard::new(settings(&[("ALGORITHM", "ES256"), ("JWK_URL", &address)])).unwrap();
        assert_eq!(with(&guard, &token).await.0, 200);
        assert_eq!(with(&guard, &tampered(&token)).await.0, 401);
    }

    #[test]
    fn there_is_no_guard_without_keys_or_without_the_store_that_it_must_ask() {
        let fault = |variables: &[(&str, &str)]| Guard::new(settings(variables)).err();
        assert_eq!(fault(&[]), Some(GuardError::NoKeys));
        assert_eq!(fault(&[("SIGNING_KEY", SECRET), ("SESSION_CHECK", "true")]), Some(GuardError::NoStore));
        assert_eq!(fault(&[("SIGNING_KEY", SECRET)]), None);
    }
}
