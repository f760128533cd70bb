//! All that is known about a token, at once.

use crate::ground::{NOW, ground};
use store::Standing;

#[tokio::test]
async fn all_that_is_there_is_told() {
    let ground = ground().await;
    let (user, session) = (ground.user("alice").await, ground.session("s").await);
    ground.store.blacklist_jti("s-a", NOW + 300, NOW).await.unwrap();
    let standing = ground.store.standing(Some("s"), "s-a", Some("id-alice")).await;
    assert_eq!(standing, Ok(Standing { session: Some(session), jti_blacklisted: true, user: Some(user) }));
}

#[tokio::test]
async fn what_is_not_there_is_not_told() {
    let ground = ground().await;
    for (sid, user) in [(Some("s"), Some("id-alice")), (None, None), (Some("s"), None), (None, Some("id-alice"))] {
        assert_eq!(ground.store.standing(sid, "s-a", user).await, Ok(Standing::default()));
    }
}

#[tokio::test]
async fn an_end_shows_at_once() {
    let ground = ground().await;
    ground.session("s").await;
    ground.store.end_session("s", NOW, "test").await.unwrap();
    let standing = ground.store.standing(Some("s"), "s-0", None).await.unwrap();
    assert_eq!(standing.session.unwrap().revoked_at, Some(NOW));
}
