//! A user has so many sessions and no more, also when many begin at once.

use crate::{
    proxy::{Interference, Proxy},
    test_store::{DAY, NOW, session, test_store},
};
use std::sync::Arc;
use store::{EndReason, Session, SessionSlot, Store};
use tokio::sync::Barrier;

const LIMIT: usize = 10;
const SLOTS: u64 = 10;
const RACERS: usize = 50;

#[tokio::test]
async fn rf_17_the_oldest_session_ends() {
    let test_store = test_store().await;
    for number in 0..LIMIT {
        assert_eq!(begin(&test_store.store, &format!("s{number}")).await, [""; 0]);
    }
    // All began in one second: then the names decide.
    assert_eq!(begin(&test_store.store, "t0").await, ["s0"]);
    assert_eq!(begin(&test_store.store, "t1").await, ["s1"]);
    let older = Session { created_at: NOW - 1, ..session("t2") };
    test_store.store.open_session(&older).await.unwrap();
    assert_eq!(test_store.store.take_slot(&slot("t2")).await.unwrap(), ["s2"]);
    assert_eq!(begin(&test_store.store, "t3").await, ["t2"]);
    let ended = test_store.store.session("s0").await.unwrap().unwrap();
    assert_eq!((ended.revoked_at, ended.reason), (Some(NOW), Some(EndReason::Displaced)));
    assert_eq!(living(&test_store.store).await.len(), LIMIT);
}

#[tokio::test]
async fn rf_17_sessions_that_are_over_make_room_first() {
    let test_store = test_store().await;
    for number in 0..LIMIT {
        begin(&test_store.store, &format!("s{number}")).await;
    }
    test_store.store.end_session("s4", NOW, EndReason::LoggedOut).await.unwrap();
    assert_eq!(begin(&test_store.store, "s10").await, [""; 0]);
    let slot = SessionSlot { epoch: NOW + 1, ..slot("s11") };
    test_store.store.open_session(&Session { epoch: NOW + 1, ..session("s11") }).await.unwrap();
    assert_eq!(test_store.store.take_slot(&slot).await.unwrap(), [""; 0], "all others ended with the epoch");
    let later = Session { expiry: NOW + 3 * DAY, epoch: NOW + 1, ..session("s12") };
    test_store.store.open_session(&later).await.unwrap();
    let slot = SessionSlot { sid: "s12", limit: 1, now: NOW + 2 * DAY, ..slot };
    assert_eq!(test_store.store.take_slot(&slot).await.unwrap(), [""; 0], "and the last by time");
}

#[tokio::test]
async fn rf_17_a_lower_limit_holds_at_the_next_login() {
    let test_store = test_store().await;
    for number in 0..5 {
        begin(&test_store.store, &format!("s{number}")).await;
    }
    test_store.store.open_session(&session("s5")).await.unwrap();
    let ended = test_store.store.take_slot(&SessionSlot { limit: 2, ..slot("s5") }).await.unwrap();
    let living = living(&test_store.store).await;
    assert!(ended.len() >= 4 && living.len() <= 2 && living.iter().any(|session| session.sid == "s5"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_17_the_number_is_right_when_fifty_log_in_at_once() {
    for _ in 0..3 {
        let test_store = test_store().await;
        let start = Arc::new(Barrier::new(RACERS));
        let racers: Vec<_> = (0..RACERS)
            .map(|racer| {
                let (store, start) = (test_store.store.clone(), Arc::clone(&start));
                tokio::spawn(async move {
                    let sid = format!("s{racer}");
                    store.open_session(&session(&sid)).await.unwrap();
                    start.wait().await;
                    store.take_slot(&slot(&sid)).await.map(|_| sid)
                })
            })
            .collect();
        let mut taken = Vec::new();
        for racer in racers {
            taken.extend(racer.await.unwrap());
        }
        let living = living(&test_store.store).await;
        let handed_out = living.iter().filter(|session| taken.contains(&session.sid)).count();
        // On a machine that is busy with something else some get no slot in time, and none got two.
        assert!((1..=LIMIT).contains(&handed_out), "{handed_out} of {} that have a token", taken.len());
        assert!(taken.len() < RACERS || handed_out == LIMIT);
    }
}

#[tokio::test]
async fn dd_06_a_seat_whose_answer_is_lost_is_taken_once() {
    let test_store = test_store().await;
    for number in 0..LIMIT {
        begin(&test_store.store, &format!("s{number}")).await;
    }
    test_store.store.open_session(&session("new")).await.unwrap();
    let mut calls = 0;
    let losing = Proxy::start(move |_| {
        calls += 1;
        if calls % 2 == 1 { Interference::Lost } else { Interference::Made }
    });
    let losing = losing.await;
    assert_eq!(test_store.through(&losing.url).take_slot(&slot("new")).await.unwrap(), ["s0"]);
    assert_eq!(living(&test_store.store).await.len(), LIMIT);
}

#[tokio::test]
async fn a_seat_costs_one_write_while_there_is_room() {
    let test_store = test_store().await;
    let proxy = Proxy::start(|_| Interference::Made).await;
    let store = test_store.through(&proxy.url);
    store.take_slot(&SessionSlot { limit: 1, ..slot("s0") }).await.unwrap();
    assert_eq!(proxy.acts(), ["UpdateItem"]);
    test_store.session("s0").await;
    store.take_slot(&SessionSlot { limit: 1, ..slot("s1") }).await.unwrap();
    assert_eq!(proxy.acts(), ["UpdateItem", "BatchGetItem", "UpdateItem", "UpdateItem"]);
}

/// Writes the session of a login and takes a slot for it.
async fn begin(store: &Store, sid: &str) -> Vec<String> {
    store.open_session(&session(sid)).await.unwrap();
    store.take_slot(&slot(sid)).await.unwrap()
}

fn slot(sid: &str) -> SessionSlot<'_> {
    SessionSlot { user_id: "id-alice", epoch: NOW, sid, limit: SLOTS, now: NOW }
}

async fn living(store: &Store) -> Vec<Session> {
    let mut sessions = store.sessions_of("id-alice").await.unwrap();
    sessions.retain(|session| session.is_live(NOW));
    sessions
}
