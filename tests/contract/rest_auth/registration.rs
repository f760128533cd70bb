//! `POST /dj-rest-auth/registration/`

use serde_json::json;
use std::collections::BTreeSet;
use tests::{
    accounts::{GOOD, REST_AUTH, key, log_in, mails_with, rest_auth, rest_post, sign_up, verifying},
    app::TestApp,
};

const TAKEN: &str = r#"{"username":["A user with that username already exists."]}"#;

#[tokio::test]
async fn makes_an_account_and_logs_in() {
    let app = rest_auth(&[]).await;
    let answer = sign_up(&app, "newuser", "New@Example.COM").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    assert_eq!((&body["user"]["username"], &body["user"]["email"]), (&json!("newuser"), &json!("new@example.com")));
    assert_eq!(app.hello(body["access"].as_str().unwrap()).await.status, 200);
    assert_eq!(app.refresh(body["refresh"].as_str().unwrap()).await.status, 200);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
    let [message] = &mails_with(&app, &REST_AUTH).await[..] else { panic!("one mail") };
    assert_eq!(message.to, "new@example.com");
    assert!(message.text.contains("https://app.example.com/verify/"), "{}", message.text);
}

#[tokio::test]
async fn who_has_to_confirm_the_address_gets_no_token() {
    let app = verifying().await;
    let answer = sign_up(&app, "newuser", "new@example.com").await;
    assert_eq!((answer.status, answer.text().as_str()), (201, r#"{"detail":"Verification e-mail sent."}"#));
    assert_eq!(log_in(&app, "newuser", GOOD).await, 401);
    let body = json!({"username": "other", "password1": GOOD, "password2": GOOD});
    let lacking = rest_post(&app, "registration/", body).await;
    assert_eq!(lacking.text(), r#"{"email":["This field is required."]}"#, "nobody could ever confirm it");
}

#[tokio::test]
async fn whose_address_it_is_shows_in_no_answer() {
    for app in [rest_auth(&[]).await, verifying().await] {
        let [taken, free] =
            [sign_up(&app, "one", "alice@example.com").await, sign_up(&app, "two", "nobody@example.com").await];
        assert_eq!((taken.status, free.status), (201, 201));
        let names =
            |answer: &tests::wire::Answer| answer.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&taken), names(&free));
    }
}

/// An account with somebody's address gets nothing of theirs, neither before nor after they come.
#[tokio::test]
async fn an_address_is_nobodys_before_it_is_confirmed() {
    let app = rest_auth(&[]).await;
    sign_up(&app, "thief", "victim@example.com").await;
    assert!(app.service.store.user_with_email("victim@example.com").await.unwrap().is_none());
    app.advance("1s");
    sign_up(&app, "victim", "victim@example.com").await;
    let owner_key = key(&app).await;
    assert_eq!(rest_post(&app, "registration/verify-email/", json!({"key": owner_key})).await.status, 200);
    let owner = app.service.store.user_with_email("victim@example.com").await.unwrap().unwrap();
    assert_eq!(owner.username, "victim");
    let before = mails_with(&app, &REST_AUTH).await.len();
    app.advance("1s");
    rest_post(&app, "password/reset/", json!({"email": "victim@example.com"})).await;
    let mails = mails_with(&app, &REST_AUTH).await;
    assert_eq!(mails.len(), before + 1, "one mail, to who has confirmed the address");
    assert!(mails.last().unwrap().text.contains(&link::uid(&owner.id)), "it is the owner's link");
}

#[tokio::test]
async fn tells_all_that_is_wrong_at_once_and_then_the_rest() {
    let app = rest_auth(&[]).await;
    let post = async |name: &str, email: &str, one: &str, two: &str| {
        let body = json!({"username": name, "email": email, "password1": one, "password2": two});
        rest_post(&app, "registration/", body).await.text()
    };
    assert_eq!(
        post("ALICE", "x", "12345678", "y").await,
        r#"{"username":["A user with that username already exists."],"email":["Enter a valid email address."],"password1":["This password is too common.","This password is entirely numeric."]}"#
    );
    let mismatch = r#"{"non_field_errors":["The two password fields didn't match."]}"#;
    assert_eq!(post("newuser", "new@example.com", GOOD, "other").await, mismatch);
    let similar = r#"{"non_field_errors":["The password is too similar to the username."]}"#;
    assert_eq!(post("quartz-lamp", "new@example.com", "quartz-lamp1", "quartz-lamp1").await, similar);
}

#[tokio::test]
async fn odd_names_and_addresses_are_refused() {
    let app = rest_auth(&[]).await;
    let long = format!("{}@example.com", "a".repeat(243));
    assert_eq!(long.len(), 255);
    let answer = sign_up(&app, "newuser", &long).await;
    let told = r#"{"email":["Ensure this field has no more than 254 characters."]}"#;
    assert_eq!((answer.status, answer.text().as_str()), (400, told), "no address is cut to another domain's");
    let longest = sign_up(&app, "newuser", &format!("{}@example.com", "a".repeat(309))).await;
    assert_eq!(longest.text(), r#"{"email":["Enter a valid email address."]}"#, "of 321 characters, as Django");
    for unreached in [format!("{}@example.com", "a".repeat(65)), "new@[127.0.0.1]".to_owned()] {
        let answer = sign_up(&app, "newuser", &unreached).await;
        assert_eq!(answer.text(), r#"{"email":["Enter a valid email address."]}"#);
    }
    assert_eq!(sign_up(&app, &"x".repeat(16_384), "new@example.com").await.status, 400);
    let lone = r#"{"username":"\ud800","email":"new@example.com","password1":"Zx9-quartz-lamp","password2":"Zx9-quartz-lamp"}"#;
    let request =
        tests::wire::Request::new("POST", "/dj-rest-auth/registration/").header("Content-Type", "application/json");
    assert_eq!(app.send(request.body(lone)).await.status, 400, "half a character");
}

#[tokio::test]
async fn a_name_is_made_of_the_address_where_none_is_asked_for() {
    let app = rest_auth(&[("ACCOUNT_SIGNUP_FIELDS", "email*,password1*,password2*")]).await;
    let post = async |email: &str| {
        let body = json!({"email": email, "password1": GOOD, "password2": GOOD});
        rest_post(&app, "registration/", body).await
    };
    assert_eq!(post("new@example.com").await.json()["user"]["username"], "new");
    let second = post("new@example.org").await.json()["user"]["username"].as_str().unwrap().to_owned();
    assert!(second.starts_with("new") && second.len() > 3, "{second}");
    assert_eq!(rest_post(&app, "registration/", json!({"password1": GOOD, "password2": GOOD})).await.status, 400);
}

#[tokio::test]
async fn of_those_who_are_given_one_name_at_once_each_gets_an_account() {
    let app = rest_auth(&[("ACCOUNT_SIGNUP_FIELDS", "email*,password1*,password2*")]).await;
    let sign_up = (0..16).map(async |number| {
        let email = format!("new@example{number}.com");
        let body = json!({"email": email, "password1": GOOD, "password2": GOOD});
        rest_post(&app, "registration/", body).await
    });
    let made = futures_util::future::join_all(sign_up).await;
    let names: BTreeSet<String> = made.iter().map(|answer| answer.json()["user"]["username"].to_string()).collect();
    assert!(made.iter().all(|answer| answer.status == 201), "{}", made.last().unwrap().text());
    assert_eq!(names.len(), 16, "{names:?}");
    assert!(names.contains(r#""new""#) && names.iter().all(|name| name.starts_with(r#""new"#)), "{names:?}");
}

/// A sign-up is a login, unless it waits for the mail.
#[tokio::test]
async fn a_sign_up_is_a_login_that_is_recorded() {
    for (settings, is_recorded) in [
        (&[("UPDATE_LAST_LOGIN", "true")][..], true),
        (&[], false),
        (&[("UPDATE_LAST_LOGIN", "true"), ("ACCOUNT_EMAIL_VERIFICATION", "mandatory")], false),
    ] {
        let app = rest_auth(settings).await;
        assert_eq!(sign_up(&app, "newuser", "new@example.com").await.status, 201);
        let user = app.service.store.user_named("newuser").await.unwrap().unwrap();
        assert_eq!(user.last_login, is_recorded.then(|| app.now()));
        let key = key(&app).await;
        assert_eq!(rest_post(&app, "registration/verify-email/", json!({"key": key})).await.status, 200);
    }
}

async fn racers(app: &TestApp, body: impl Fn(usize) -> serde_json::Value) -> Vec<u16> {
    let tries = (0..32).map(|number| rest_post(app, "registration/", body(number)));
    futures_util::future::join_all(tries).await.into_iter().map(|answer| answer.status).collect()
}

#[tokio::test]
async fn of_those_who_want_a_name_at_once_one_gets_it() {
    let app = rest_auth(&[]).await;
    let body = |number| {
        let email = format!("new{number}@example.com");
        json!({"username": "newuser", "email": email, "password1": GOOD, "password2": GOOD})
    };
    let statuses = racers(&app, body).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(sign_up(&app, "another", "x@example.com").await.status, 429, "a caller is bounded");
}

/// The address is whose link is used first; the others have none.
#[tokio::test]
async fn of_those_who_give_an_address_at_once_one_confirms_it() {
    let app = rest_auth(&[]).await;
    let body = |number| json!({"username": format!("new{number}"), "email": "new@example.com", "password1": GOOD, "password2": GOOD});
    let made = racers(&app, body).await.into_iter().filter(|status| *status == 201).count();
    assert!(made <= 20, "{made}");
    let mut confirmed = 0;
    for message in mails_with(&app, &REST_AUTH).await {
        let line = message.text.lines().find(|line| line.starts_with("https://")).unwrap().to_owned();
        let key = line.rsplit('/').next().unwrap().to_owned();
        confirmed +=
            usize::from(rest_post(&app, "registration/verify-email/", json!({"key": key})).await.status == 200);
    }
    assert_eq!(confirmed, 1);
    let owner = app.service.store.user_with_email("new@example.com").await.unwrap();
    assert!(owner.is_some(), "one owns the address");
}

#[tokio::test]
async fn a_taken_name_is_told() {
    let app = rest_auth(&[]).await;
    let answer = sign_up(&app, "alice", "new@example.com").await;
    assert_eq!((answer.status, answer.text().as_str()), (400, TAKEN));
}
