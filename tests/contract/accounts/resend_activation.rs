//! `POST /auth/users/resend_activation/`

use serde_json::json;
use tests::accounts::{GOOD, activating, djoser, link, log_in, mails, post, register};

#[tokio::test]
async fn sends_the_link_again_to_who_waits_for_it_and_to_nobody_else() {
    let app = activating().await;
    register(&app, "newuser", "new@example.com").await;
    app.advance("1m");
    for email in ["new@example.com", "NEW@example.com", "alice@example.com", "bob@example.com", "nobody@example.com"] {
        let answer = post(&app, "resend_activation/", json!({"email": email})).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""), "{email}");
    }
    let to: Vec<String> = mails(&app).await.into_iter().map(|message| message.to).collect();
    assert_eq!(to, ["new@example.com", "new@example.com"]);
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
}

#[tokio::test]
async fn has_nothing_to_send_where_nobody_waits() {
    let app = djoser(&[]).await;
    let answer = post(&app, "resend_activation/", json!({"email": "new@example.com"})).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (400, r#"{"non_field_errors":["Accounts are not activated by mail."]}"#)
    );
}
