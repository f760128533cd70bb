//! `POST /auth/users/reset_password/`

use serde_json::json;
use store::User;
use tests::{
    accounts::{djoser, mails, post, register},
    app::user,
    wire::Request,
};

#[tokio::test]
async fn answers_alike_whoever_has_the_address_and_mails_only_to_its_owner() {
    let app = djoser(&[]).await;
    for email in ["alice@example.com", "nobody@example.com", "bob@example.com", "ALICE@example.com"] {
        let answer = post(&app, "reset_password/", json!({"email": email})).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""), "{email}");
    }
    let [message, other] = &mails(&app).await[..] else { panic!("two mails") };
    assert_eq!((message.to.as_str(), message.subject.as_str()), ("alice@example.com", "Password reset on Example"));
    assert_eq!(other.to, "alice@example.com", "to the address as it was confirmed, however it was typed");
    assert!(message.text.contains("Your username, in case you've forgotten: alice"), "{}", message.text);
}

#[tokio::test]
async fn tells_that_nobody_has_the_address_only_where_it_is_set_so() {
    let app = djoser(&[("PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND", "true")]).await;
    let answer = post(&app, "reset_password/", json!({"email": "nobody@example.com"})).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"["User with given email does not exist."]"#));
    assert_eq!(post(&app, "reset_password/", json!({"email": "alice@example.com"})).await.status, 204);
}

/// bob is shut out, and dave has no password of his own.
#[tokio::test]
async fn tells_that_nobody_has_an_address_that_gets_no_mail() {
    let app = djoser(&[("PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND", "true")]).await;
    let elsewhere = User { password: "!elsewhere".to_owned(), ..user("9", "dave", true) };
    app.service.store.create_user(&elsewhere).await.unwrap();
    register(&app, "newuser", "new@example.com").await;
    for (action, email, status) in [
        ("reset_password/", "new@example.com", 204),
        ("reset_password/", "NEW@example.com", 400),
        ("reset_password/", "ALICE@example.com", 400),
        ("reset_password/", "bob@example.com", 400),
        ("reset_password/", "dave@example.com", 400),
        ("resend_activation/", "alice@example.com", 400),
        ("resend_activation/", "new@example.com", 400),
    ] {
        let answer = post(&app, action, json!({"email": email})).await;
        assert_eq!(answer.status, status, "{action} {email}: {}", answer.text());
    }
    let app = djoser(&[("PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND", "true"), ("SEND_ACTIVATION_EMAIL", "true")]).await;
    register(&app, "newuser", "new@example.com").await;
    for (action, email, status) in [
        ("reset_password/", "new@example.com", 400),
        ("resend_activation/", "NEW@example.com", 400),
        ("resend_activation/", "alice@example.com", 400),
        ("resend_activation/", "new@example.com", 204),
    ] {
        let answer = post(&app, action, json!({"email": email})).await;
        assert_eq!(answer.status, status, "{action} {email}: {}", answer.text());
    }
}

#[tokio::test]
async fn mails_are_bounded_for_an_address_known_or_not() {
    let app = djoser(&[]).await;
    for email in ["alice@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(post(&app, "reset_password/", json!({"email": email})).await.status, 204);
        }
        let answer = post(&app, "reset_password/", json!({"email": email})).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("3600")), "{email}");
    }
    assert_eq!(mails(&app).await.len(), 5);
}

#[tokio::test]
async fn bounds_hold_from_the_first_mail_on_and_for_each_kind_alone() {
    let app = djoser(&[]).await;
    let alice = json!({"email": "alice@example.com"});
    for _ in 0..5 {
        assert_eq!(post(&app, "reset_username/", alice.clone()).await.status, 204);
        app.advance("10m");
    }
    let answer = post(&app, "reset_username/", alice.clone()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("600")));
    assert_eq!(post(&app, "reset_password/", alice.clone()).await.status, 204, "another kind");
    app.advance("10m");
    assert_eq!(post(&app, "reset_username/", alice).await.status, 204, "an hour after the first");
}

#[tokio::test]
async fn no_header_of_a_request_is_in_a_mail() {
    let app = djoser(&[]).await;
    let request = Request::json("/auth/users/reset_password/", &json!({"email": "alice@example.com"}));
    let hosts = ["Host", "X-Forwarded-Host", "Forwarded", "Origin", "Referer"];
    let request = hosts.into_iter().fold(request, |request, name| request.header(name, "evil.example"));
    assert_eq!(app.send(request).await.status, 204);
    let [message] = &mails(&app).await[..] else { panic!("one mail") };
    assert!(message.text.contains("https://app.example.com/password/") && !message.html.contains("evil.example"));
}

#[tokio::test]
async fn refuses_what_is_no_address() {
    let app = djoser(&[]).await;
    for (email, told) in [
        (json!("x"), r#"{"email":["Enter a valid email address."]}"#),
        (json!(["a@example.com"]), r#"{"email":["Enter a valid email address."]}"#),
        (json!(""), r#"{"email":["This field may not be blank."]}"#),
        (
            json!("a\u{0}@example.com"),
            r#"{"email":["Null characters are not allowed.","Enter a valid email address."]}"#,
        ),
    ] {
        let answer = post(&app, "reset_password/", json!({"email": email})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
}
