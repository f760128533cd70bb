//! All that is known about a token, at once.

use crate::test_store::{NOW, test_store};
use store::{EndReason, Spent, TokenStatus};

#[tokio::test]
async fn all_that_is_there_is_told() {
    let test_store = test_store().await;
    let (user, session) = (test_store.user("alice").await, test_store.session("s").await);
    test_store.store.blacklist_jti("s-a", NOW + 300, NOW).await.unwrap();
    let status = test_store.store.token_status(Some("s"), "s-a", Some("id-alice")).await;
    assert_eq!(
        status,
        Ok(TokenStatus { session: Some(session), spent: Some(Spent { followed_by: None }), user: Some(user) })
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_told() {
    let test_store = test_store().await;
    for (sid, user) in [(Some("s"), Some("id-alice")), (None, None), (Some("s"), None), (None, Some("id-alice"))] {
        assert_eq!(test_store.store.token_status(sid, "s-a", user).await, Ok(TokenStatus::default()));
    }
}

#[tokio::test]
async fn an_end_shows_at_once() {
    let test_store = test_store().await;
    test_store.session("s").await;
    test_store.store.end_session("s", NOW, EndReason::Operator).await.unwrap();
    let status = test_store.store.token_status(Some("s"), "s-0", None).await.unwrap();
    assert_eq!(status.session.unwrap().revoked_at, Some(NOW));
}
