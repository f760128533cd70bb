//! Sessions begin, are listed, and end; tokens without a session are blacklisted.

mod endings;
mod grace;
mod rotation;
mod slots;
mod token_status;

use crate::test_store::{DAY, NOW, session, test_store};
use store::{Blacklisted, EndReason, Ended, Opened, Revocation, Revoked};

#[tokio::test]
async fn what_is_opened_is_read() {
    let test_store = test_store().await;
    let mut session = session("s");
    session.absolute_expiry = Some(NOW + 7 * DAY);
    test_store.store.open_session(&session).await.unwrap();
    assert_eq!(test_store.store.session("s").await, Ok(Some(session)));
    assert_eq!(test_store.store.session("t").await, Ok(None));
}

#[tokio::test]
async fn a_session_id_is_taken() {
    let test_store = test_store().await;
    let mut session = test_store.session("s").await;
    assert_eq!(test_store.store.open_session(&session).await, Ok(Opened::Opened), "this very session is there");
    session.jti = "another".to_owned();
    assert_eq!(test_store.store.open_session(&session).await, Ok(Opened::Taken));
}

#[tokio::test]
async fn a_row_stays_below_a_kilobyte() {
    let test_store = test_store().await;
    let mut session = session("0123456789ab4def");
    session.user_agent = Some("é".repeat(5_000));
    session.ip = Some("1".repeat(5_000));
    session.last_ip = session.ip.clone();
    test_store.store.open_session(&session).await.unwrap();
    let item = test_store.session_item("session#0123456789ab4def").await.unwrap();
    let size: usize = item.iter().map(|(name, value)| name.len() + format!("{value:?}").len()).sum();
    assert!(size < 1_024, "{size} bytes");
    assert_eq!(test_store.store.session("0123456789ab4def").await.unwrap().unwrap().user_agent, Some("é".repeat(128)));
}

#[tokio::test]
async fn rf_25_a_row_outlives_its_tokens() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(ttl(&test_store, "session#s").await, NOW + 3 * DAY);
}

#[tokio::test]
async fn an_expiry_is_never_after_the_absolute_one() {
    let test_store = test_store().await;
    let mut session = session("s");
    session.absolute_expiry = Some(NOW + 60);
    test_store.store.open_session(&session).await.unwrap();
    assert_eq!(test_store.store.session("s").await.unwrap().unwrap().expiry, NOW + 60);
}

#[tokio::test]
async fn the_sessions_of_a_user_are_listed() {
    let test_store = test_store().await;
    for number in 0..105 {
        let mut session = session(&format!("s{number:03}"));
        session.created_at = NOW + 200 - number;
        test_store.store.open_session(&session).await.unwrap();
    }
    let mut strange = session("strange");
    strange.user_id = "id-bob".to_owned();
    test_store.store.open_session(&strange).await.unwrap();
    test_store.store.end_session("s007", NOW, EndReason::Operator).await.unwrap();
    let sessions = test_store.store.sessions_of("id-alice").await.unwrap();
    assert_eq!((sessions.len(), sessions[0].sid.as_str(), sessions[104].sid.as_str()), (105, "s104", "s000"));
    let ended = sessions.iter().find(|session| session.sid == "s007").unwrap();
    assert_eq!(ended.revoked_at, Some(NOW), "the rows are read, not the index");
    assert_eq!(test_store.store.sessions_of("id-nobody").await, Ok(vec![]));
}

#[tokio::test]
async fn a_session_is_ended_once() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(test_store.store.end_session("s", NOW + 1, EndReason::Replayed).await, Ok(Ended::Ended));
    assert_eq!(test_store.store.end_session("s", NOW + 2, EndReason::Operator).await, Ok(Ended::Already));
    assert_eq!(test_store.store.end_session("t", NOW, EndReason::Replayed).await, Ok(Ended::Missing));
    let session = test_store.store.session("s").await.unwrap().unwrap();
    assert_eq!((session.revoked_at, session.reason), (Some(NOW + 1), Some(EndReason::Replayed)));
    assert!(!session.is_live(NOW + 2));
    assert_eq!(test_store.session_item("session#t").await, None);
}

#[tokio::test]
async fn bl_01_a_logout_ends_the_session() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(test_store.store.revoke_session(&logout("s", "s-0")).await, Ok(Revoked::Revoked));
    assert_eq!(test_store.store.revoke_session(&logout("s", "s-0")).await, Ok(Revoked::Already));
    let session = test_store.store.session("s").await.unwrap().unwrap();
    assert_eq!((session.revoked_at, session.reason), (Some(NOW + 5), Some(EndReason::LoggedOut)));
    assert_eq!((session.created_at, session.kid.as_deref()), (NOW, Some("key-1")), "the rest is as it was");
    assert_eq!((session.ip.as_deref(), session.last_ip.as_deref()), (Some("192.0.2.1"), Some("192.0.2.9")));
}

#[tokio::test]
async fn a_token_that_is_not_current_ends_nothing() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(test_store.store.revoke_session(&logout("s", "s-9")).await, Ok(Revoked::NotCurrent));
    let strange = Revocation { user_id: "id-bob", ..logout("s", "s-0") };
    assert_eq!(test_store.store.revoke_session(&strange).await, Ok(Revoked::NotCurrent));
    assert!(test_store.store.session("s").await.unwrap().unwrap().is_live(NOW));
}

#[tokio::test]
async fn bl_09_a_token_without_a_session_stays_logged_out() {
    let test_store = test_store().await;
    assert_eq!(test_store.store.revoke_session(&logout("s", "s-0")).await, Ok(Revoked::Revoked));
    assert_eq!(test_store.store.revoke_session(&logout("s", "s-0")).await, Ok(Revoked::Already));
    let session = test_store.store.session("s").await.unwrap().unwrap();
    assert_eq!(
        (session.jti.as_str(), session.user_id.as_str(), session.revoked_at),
        ("s-0", "id-alice", Some(NOW + 5))
    );
    assert_eq!(test_store.store.open_session(&crate::test_store::session("s")).await.map(|_| ()), Ok(()));
    assert!(!test_store.store.session("s").await.unwrap().unwrap().is_live(NOW), "a tombstone is not written over");
    assert_eq!(ttl(&test_store, "session#s").await, NOW + 3 * DAY);
}

#[tokio::test]
async fn a_token_is_blacklisted_once() {
    let test_store = test_store().await;
    assert_eq!(test_store.store.is_blacklisted("j").await, Ok(false));
    assert_eq!(test_store.store.blacklist_jti("j", NOW + 300, NOW).await, Ok(Blacklisted::Blacklisted));
    assert_eq!(test_store.store.blacklist_jti("j", NOW + 300, NOW).await, Ok(Blacklisted::Already));
    assert_eq!(test_store.store.is_blacklisted("j").await, Ok(true));
    assert_eq!(ttl(&test_store, "jti#j").await, NOW + 300 + 2 * DAY);
}

#[tokio::test]
async fn bl_07_a_jti_is_compared_to_the_byte() {
    let test_store = test_store().await;
    let long = "j".repeat(6_000);
    for jti in ["Ab", &long] {
        test_store.store.blacklist_jti(jti, NOW + 300, NOW).await.unwrap();
        assert_eq!(test_store.store.is_blacklisted(jti).await, Ok(true));
    }
    for other in ["ab", "AB", "Ab ", "Ab\0", &"j".repeat(6_001)] {
        assert_eq!(test_store.store.is_blacklisted(other).await, Ok(false));
    }
}

fn logout<'a>(sid: &'a str, presented: &'a str) -> Revocation<'a> {
    Revocation {
        sid,
        user_id: "id-alice",
        presented,
        expiry: NOW + DAY,
        now: NOW + 5,
        reason: EndReason::LoggedOut,
        ip: Some("192.0.2.9"),
    }
}

async fn ttl(test_store: &crate::test_store::TestStore, key: &str) -> i64 {
    test_store.session_item(key).await.unwrap()["ttl"].as_n().unwrap().parse().unwrap()
}
