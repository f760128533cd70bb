//! `POST /auth/users/reset_username/`

use serde_json::json;
use tests::accounts::{djoser, mails, post};

#[tokio::test]
async fn mails_a_link_to_the_owner_of_the_address() {
    let app = djoser(&[]).await;
    for email in ["alice@example.com", "nobody@example.com"] {
        assert_eq!(post(&app, "reset_username/", json!({"email": email})).await.status, 204);
    }
    let [message] = &mails(&app).await[..] else { panic!("one mail") };
    assert_eq!((message.to.as_str(), message.subject.as_str()), ("alice@example.com", "Username reset on Example"));
}
