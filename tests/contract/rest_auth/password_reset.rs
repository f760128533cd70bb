//! `POST /dj-rest-auth/password/reset/`

use serde_json::json;
use tests::{
    accounts::{mails, rest_auth, rest_post},
    wire::Request,
};

#[tokio::test]
async fn answers_alike_whoever_has_the_address_and_mails_only_to_its_owner() {
    let app = rest_auth(&[]).await;
    for email in ["alice@example.com", "nobody@example.com", "bob@example.com", "ALICE@Example.com"] {
        let answer = rest_post(&app, "password/reset/", json!({"email": email})).await;
        let told = r#"{"detail":"Password reset e-mail has been sent."}"#;
        assert_eq!((answer.status, answer.text().as_str()), (200, told), "{email}");
    }
    let to: Vec<String> = mails(&app).await.into_iter().map(|message| message.to).collect();
    assert_eq!(to, ["alice@example.com", "alice@example.com"]);
}

#[tokio::test]
async fn mails_are_bounded_for_an_address_known_or_not() {
    let app = rest_auth(&[]).await;
    for email in ["alice@example.com", "nobody@example.com"] {
        let ask = async || rest_post(&app, "password/reset/", json!({"email": email})).await.status;
        for _ in 0..5 {
            assert_eq!(ask().await, 200, "{email}");
        }
        assert_eq!(ask().await, 429, "{email}");
    }
}

#[tokio::test]
async fn no_header_of_a_request_is_in_a_mail() {
    let app = rest_auth(&[]).await;
    let request = Request::json("/dj-rest-auth/password/reset/", &json!({"email": "alice@example.com"}));
    app.send(request.header("X-Forwarded-Host", "evil.example").header("Host", "evil.example")).await;
    let message = mails(&app).await.pop().unwrap();
    assert!(message.text.contains("https://app.example.com/") && !message.text.contains("evil"), "{}", message.text);
}
