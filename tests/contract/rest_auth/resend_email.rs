//! `POST /dj-rest-auth/registration/resend-email/`

use serde_json::json;
use tests::accounts::{REST_AUTH, key, mails_with, rest_post, sign_up, verifying};

#[tokio::test]
async fn answers_alike_and_mails_only_to_who_waits() {
    let app = verifying().await;
    sign_up(&app, "newuser", "new@example.com").await;
    for body in [
        json!({"email": "new@example.com"}),
        json!({"email": "nobody@example.com"}),
        json!({"email": "alice@example.com"}),
        json!({}),
    ] {
        let answer = rest_post(&app, "registration/resend-email/", body.clone()).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"detail":"ok"}"#), "{body}");
    }
    let to: Vec<String> = mails_with(&app, &REST_AUTH).await.into_iter().map(|message| message.to).collect();
    assert_eq!(to, ["new@example.com", "new@example.com"]);
    let confirmed = rest_post(&app, "registration/verify-email/", json!({"key": key(&app).await})).await;
    assert_eq!(confirmed.status, 200);
    rest_post(&app, "registration/resend-email/", json!({"email": "new@example.com"})).await;
    assert_eq!(mails_with(&app, &REST_AUTH).await.len(), 0, "nobody waits any more");
}

#[tokio::test]
async fn an_address_is_one() {
    let app = verifying().await;
    for (given, told) in [("", "This field may not be blank."), ("x", "Enter a valid email address.")] {
        let answer = rest_post(&app, "registration/resend-email/", json!({"email": given})).await;
        assert_eq!((answer.status, answer.text()), (400, format!(r#"{{"email":["{told}"]}}"#)));
    }
}
