//! `POST /dj-rest-auth/login/`

use crate::app::{PASSWORD, user};
use serde_json::json;
use tests::accounts::{GOOD, key, rest_auth, rest_post, sign_up, verifying};

const REFUSED: &str = r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#;

#[tokio::test]
async fn answers_both_tokens_and_the_user() {
    let app = rest_auth(&[]).await;
    for name in ["alice", "ALICE"] {
        let answer = rest_post(&app, "login/", json!({"username": name, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        let names: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["access", "refresh", "user"]);
        let user = r#"{"pk":1,"username":"alice","email":"alice@example.com","first_name":"","last_name":""}"#;
        assert_eq!(body["user"].to_string(), user);
        assert_eq!(app.hello(body["access"].as_str().unwrap()).await.status, 200);
        assert_eq!(app.refresh(body["refresh"].as_str().unwrap()).await.status, 200);
    }
}

#[tokio::test]
async fn wrong_unknown_and_disabled_are_one_answer() {
    let app = rest_auth(&[]).await;
    for (name, password) in
        [("alice", "x"), ("nobody", "x"), ("bob", PASSWORD), ("bob", "x"), ("alice@example.com", PASSWORD)]
    {
        let answer = rest_post(&app, "login/", json!({"username": name, "password": password})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, REFUSED), "{name}");
    }
}

#[tokio::test]
async fn knows_users_by_what_the_setting_says() {
    let ways = [
        ("username", "email", r#"Must include \"username\" and \"password\"."#),
        ("email", "username", r#"Must include \"email\" and \"password\"."#),
    ];
    for (methods, other, words) in ways {
        let app = rest_auth(&[("ACCOUNT_LOGIN_METHODS", methods)]).await;
        let answer = rest_post(&app, "login/", json!({other: "alice@example.com", "password": PASSWORD})).await;
        let told = format!(r#"{{"non_field_errors":["{words}"]}}"#);
        assert_eq!((answer.status, answer.text()), (400, told));
    }
    let app = rest_auth(&[("ACCOUNT_LOGIN_METHODS", "username,email")]).await;
    for body in [
        json!({"username": "alice@example.com"}),
        json!({"username": "alice"}),
        json!({"username": "bob", "email": "Alice@example.com"}),
    ] {
        let mut body = body;
        body["password"] = json!(PASSWORD);
        let answer = rest_post(&app, "login/", body.clone()).await;
        assert_eq!((answer.status, &answer.json()["user"]["username"]), (200, &json!("alice")), "{body}");
    }
}

/// Who takes somebody's address for a name stands in nobody's way.
#[tokio::test]
async fn an_address_is_its_owners_before_it_is_a_name() {
    let app = rest_auth(&[("ACCOUNT_LOGIN_METHODS", "username,email")]).await;
    let squatter = store::User { email: String::new(), ..user("9", "alice@example.com", true) };
    app.service.store.create_user(&squatter).await.unwrap();
    let answer = rest_post(&app, "login/", json!({"username": "alice@example.com", "password": PASSWORD})).await;
    assert_eq!(answer.json()["user"]["pk"], 1);
}

#[tokio::test]
async fn tells_all_that_is_wrong_with_the_fields() {
    let app = rest_auth(&[]).await;
    let answer = rest_post(&app, "login/", json!({"username": ["a"], "email": "x", "password": ""})).await;
    let told = r#"{"username":["Not a valid string."],"email":["Enter a valid email address."],"password":["This field may not be blank."]}"#;
    assert_eq!((answer.status, answer.text().as_str()), (400, told));
}

/// Only who knows the password is told that there is an account that waits.
#[tokio::test]
async fn who_has_to_confirm_the_address_is_told_so_for_the_password_alone() {
    let app = verifying().await;
    assert_eq!(sign_up(&app, "newuser", "new@example.com").await.status, 201);
    let answer = async |password: &str| {
        rest_post(&app, "login/", json!({"username": "newuser", "password": password})).await.text()
    };
    assert_eq!(answer(GOOD).await, r#"{"non_field_errors":["E-mail is not verified."]}"#);
    assert_eq!(answer("wrong").await, REFUSED);
    let plain = app.post("/api/token/", json!({"username": "newuser", "password": GOOD})).await;
    assert_eq!(plain.status, 401, "no other way to log in lets them in");
    rest_post(&app, "registration/verify-email/", json!({"key": key(&app).await})).await;
    let answer = rest_post(&app, "login/", json!({"username": "newuser", "password": GOOD})).await;
    assert_eq!((answer.status, &answer.json()["user"]["email"]), (200, &json!("new@example.com")));
}

#[tokio::test]
async fn says_when_tokens_end_where_it_is_asked_to() {
    let app = rest_auth(&[("JWT_AUTH_RETURN_EXPIRATION", "true")]).await;
    let body = rest_post(&app, "login/", json!({"username": "alice", "password": PASSWORD})).await.json();
    assert!(body["access_expiration"].as_str().unwrap() < body["refresh_expiration"].as_str().unwrap(), "{body}");
    assert!(body["refresh_expiration"].as_str().unwrap().ends_with('Z'), "{body}");
}

#[tokio::test]
async fn guesses_are_slowed_down_as_at_every_login() {
    let app = rest_auth(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
    let body = json!({"username": "alice", "password": "x"});
    assert_eq!(rest_post(&app, "login/", body.clone()).await.status, 400);
    assert_eq!(rest_post(&app, "login/", body).await.status, 429);
}

/// By an address only the first of those who have it is found.
#[tokio::test]
async fn nobody_gets_a_token_that_names_another_user() {
    let app = rest_auth(&[("USER_ID_FIELD", "email")]).await;
    let twin = store::User { email: "alice@example.com".to_owned(), ..user("3", "twin", true) };
    app.service.store.create_user(&twin).await.unwrap();
    let by = |name: &str| rest_post(&app, "login/", json!({"username": name, "password": PASSWORD}));
    assert_eq!([by("alice").await.status, by("twin").await.status], [200, 400]);
}
