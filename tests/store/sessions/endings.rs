//! What a user ends, and that a lost answer ends it once.

use crate::{
    proxy::{Interference, Proxy},
    test_store::{NOW, session, test_store},
};
use store::{EndReason, Ended, Renewed, User};

#[tokio::test]
async fn only_the_owner_ends_a_session() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(test_store.store.end_session_of("id-bob", "s", NOW, EndReason::EndedByUser).await, Ok(Ended::Missing));
    assert_eq!(test_store.store.session("s").await, Ok(Some(session("s"))));
    assert_eq!(test_store.store.end_session_of("id-alice", "s", NOW, EndReason::EndedByUser).await, Ok(Ended::Ended));
    assert_eq!(test_store.store.end_session_of("id-alice", "s", NOW, EndReason::EndedByUser).await, Ok(Ended::Already));
    assert_eq!(test_store.store.end_session_of("id-alice", "t", NOW, EndReason::EndedByUser).await, Ok(Ended::Missing));
}

#[tokio::test]
async fn rf_20_a_new_password_ends_all_sessions_but_one() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    for sid in ["kept", "other"] {
        test_store.session(sid).await;
    }
    assert_eq!(test_store.store.change_password(&alice, "new", Some("kept"), NOW).await, Ok(Renewed::Renewed));
    let now = test_store.store.user("id-alice").await.unwrap().unwrap();
    assert_eq!((now.password.as_str(), now.epoch), ("new", NOW + 3), "no login of a moment before is as late");
    let survives = async |sid| test_store.store.session(sid).await.unwrap().unwrap().survives(now.epoch);
    assert_eq!([survives("kept").await, survives("other").await], [true, false]);
}

#[tokio::test]
async fn what_changed_meanwhile_is_not_overwritten() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    test_store.session("s").await;
    test_store.store.replace_password("id-alice", &alice.password, "rehashed").await.unwrap();
    assert_eq!(test_store.store.change_password(&alice, "new", Some("s"), NOW).await, Ok(Renewed::Stale));
    assert_eq!(test_store.store.end_other_sessions(&alice, "s", NOW).await, Ok(Renewed::Renewed), "reads again");
    let alice = test_store.store.user("id-alice").await.unwrap().unwrap();
    test_store.store.end_session("s", NOW, EndReason::LoggedOut).await.unwrap();
    assert_eq!(test_store.store.change_password(&alice, "new", Some("s"), NOW).await, Ok(Renewed::Over));
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().password, "rehashed");
    let nobody = User { id: "nobody".to_owned(), ..alice };
    assert_eq!(test_store.store.change_password(&nobody, "new", None, NOW).await, Ok(Renewed::Missing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_changed_while_others_end_all_sessions() {
    let test_store = test_store().await;
    let mut alice = test_store.user("alice").await;
    for round in 0..20 {
        let ending = (0..8).map(|_| {
            let store = test_store.store.clone();
            tokio::spawn(async move { store.bump_epoch("id-alice", NOW).await })
        });
        let ending: Vec<_> = ending.collect();
        let encoded = format!("password {round}");
        assert_eq!(test_store.store.change_password(&alice, &encoded, None, NOW).await, Ok(Renewed::Renewed));
        for each in ending {
            assert_eq!(each.await.unwrap(), Ok(store::Changed::Changed));
        }
        // As read before the next round's ends.
        alice = test_store.store.user("id-alice").await.unwrap().unwrap();
        assert_eq!(alice.password, encoded);
    }
}

#[tokio::test]
async fn what_ends_under_a_change_of_password_stays_ended() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    test_store.session("s").await;
    test_store.store.bump_epoch("id-alice", NOW).await.unwrap();
    assert_eq!(test_store.store.change_password(&alice, "new", Some("s"), NOW).await, Ok(Renewed::Over));
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().password, alice.password);
}

#[tokio::test]
async fn dd_06_an_ending_whose_answer_is_lost_is_done() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    test_store.session("s").await;
    test_store.session("t").await;
    for (fate, sid) in [(Interference::Lost, "s"), (Interference::CutShort, "t")] {
        let store = test_store.through(&Proxy::first(fate).await.url);
        assert_eq!(store.end_session_of("id-alice", sid, NOW, EndReason::EndedByUser).await, Ok(Ended::Ended));
    }
    let store = test_store.through(&Proxy::first(Interference::Lost).await.url);
    assert_eq!(store.change_password(&alice, "new", None, NOW).await, Ok(Renewed::Renewed));
}
