//! Within the grace the same successor comes again, so many times and no more, also where answers are lost.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{NOW, TestStore, rotation, session, test_store},
};
use aws_sdk_dynamodb::types::AttributeValue;
use store::{EndReason, Ended, Error, Rotated, Rotation, Session, Store};
use tokio::{runtime::Handle, task::block_in_place};

#[tokio::test]
async fn rf_13_what_is_used_too_often_is_used_up() {
    let test_store = rotated().await;
    for _ in 0..3 {
        assert!(matches!(again(&test_store.store, 3).await, Ok(Rotated::Again(_))));
    }
    let open = test_store.store.session("s").await.unwrap().unwrap();
    for _ in 0..2 {
        assert_eq!(again(&test_store.store, 3).await, Ok(Rotated::UsedUp(open.clone())), "who met it ends the session");
    }
    assert!(matches!(again(&test_store.store, 4).await, Ok(Rotated::Again(_))), "a higher limit holds at once");
    assert!(matches!(test_store.store.rotate(&rotation("s-1", "s-2", NOW)).await, Ok(Rotated::Fresh(_))));
    for expected in [true, true, false] {
        let outcome = test_store.store.rotate(&Rotation { grace: 10, repeats: 2, ..rotation("s-1", "x", NOW) }).await;
        assert_eq!(matches!(outcome, Ok(Rotated::Again(_))), expected, "every rotation begins anew: {outcome:?}");
    }
}

#[tokio::test]
async fn rf_13_none_may_be_allowed() {
    let test_store = rotated().await;
    assert!(matches!(again(&test_store.store, 0).await, Ok(Rotated::UsedUp(_))));
}

#[tokio::test]
async fn rf_13_a_use_whose_answer_is_lost_is_counted_once() {
    for fate in [|| Interference::Lost, || Interference::CutShort] {
        let test_store = rotated().await;
        let mut counts = 0;
        let store = through(&test_store, move |call| {
            counts += i32::from(is_count(call));
            if is_count(call) && counts % 2 == 1 { fate() } else { Interference::Made }
        })
        .await;
        for _ in 0..3 {
            assert!(matches!(again(&store, 3).await, Ok(Rotated::Again(_))));
        }
        assert!(matches!(again(&store, 3).await, Ok(Rotated::UsedUp(_))));
    }
}

#[tokio::test]
async fn rf_13_a_use_nobody_heard_of_is_one_less() {
    let test_store = rotated().await;
    let deaf = through(&test_store, |call| if is_count(call) { Interference::Lost } else { Interference::Made }).await;
    assert!(matches!(again(&deaf, 2).await, Err(Error::Unavailable { .. })));
    assert!(matches!(again(&test_store.store, 2).await, Ok(Rotated::Again(_))));
    assert!(matches!(again(&test_store.store, 2).await, Ok(Rotated::UsedUp(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_12_a_session_that_ends_before_the_use_is_counted_has_ended() {
    let test_store = rotated().await;
    let (store, mut ended) = (test_store.store.clone(), None);
    let late = through(&test_store, move |call| {
        if is_count(call) && ended.is_none() {
            ended = Some(now(store.end_session("s", NOW, EndReason::LoggedOut)));
            assert_eq!(ended, Some(Ok(Ended::Ended)));
        }
        Interference::Made
    })
    .await;
    assert!(matches!(again(&late, 9).await, Ok(Rotated::Revoked(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_12_a_session_that_goes_on_before_the_use_is_counted_has_gone_on() {
    let test_store = rotated().await;
    let store = test_store.store.clone();
    let late = through(&test_store, move |call| {
        if is_count(call) {
            assert!(matches!(now(store.rotate(&rotation("s-1", "s-2", NOW))), Ok(Rotated::Fresh(_))));
        }
        Interference::Made
    })
    .await;
    assert!(matches!(again(&late, 9).await, Ok(Rotated::Replayed(Session { jti, .. })) if jti == "s-2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dd_04_a_rotation_whose_answer_is_lost_and_that_another_used_meanwhile_is_done() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let (store, mut calls) = (test_store.store.clone(), 0);
    let overtaken = through(&test_store, move |_| {
        calls += 1;
        if calls == 2 {
            // Another tab got the successor within the grace, and follows it.
            assert!(matches!(now(store.rotate(&rotation("s-1", "s-2", NOW + 5))), Ok(Rotated::Fresh(_))));
        }
        if calls == 1 { Interference::Lost } else { Interference::Made }
    })
    .await;
    let asked = Rotation { kid: Some("key-1"), claims: Some("{}"), ..rotation("s-0", "s-1", NOW) };
    let Ok(Rotated::Fresh(first)) = overtaken.rotate(&asked).await else { panic!() };
    let given = (first.jti.as_str(), first.previous_jti.as_deref(), first.issued_at, first.expiry);
    assert_eq!(given, ("s-1", Some("s-0"), NOW, NOW + crate::test_store::DAY));
    assert_eq!((first.kid.as_deref(), first.claims.as_deref()), (Some("key-1"), Some("{}")));
    assert_eq!(test_store.store.session("s").await.unwrap().unwrap().jti, "s-2");
}

#[tokio::test]
async fn a_row_stays_below_a_kilobyte_with_all_its_uses() {
    let test_store = test_store().await;
    let (sid, jti) = ("0123456789ab4def", "0123456789ab4def0123456789abcdef");
    let user_id = "01234567-89ab-7def-8123-456789abcdef".to_owned();
    let full = Session {
        user_id: user_id.clone(),
        jti: jti.to_owned(),
        absolute_expiry: Some(NOW * 2),
        ip: Some("1".repeat(64)),
        claims: None,
        user_agent: Some("a".repeat(256)),
        ..session(sid)
    };
    test_store.store.open_session(&full).await.unwrap();
    let ip = "2".repeat(64);
    let next = "0123456789ab4def8123456789abcdef";
    let kid = Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let rotation = Rotation { sid, user_id: &user_id, kid, ip: Some(&ip), grace: 9, ..rotation(jti, next, NOW) };
    assert!(matches!(test_store.store.rotate(&rotation).await, Ok(Rotated::Fresh(_))));
    let repeated = Rotation { successor: "x", ..rotation };
    for _ in 0..32 {
        assert!(matches!(test_store.store.rotate(&repeated).await, Ok(Rotated::Again(_))));
    }
    let item = test_store.session_item("session#0123456789ab4def").await.unwrap();
    let size: usize = item.iter().map(|(name, value)| name.len() + size(value)).sum();
    assert!(size < 1_024, "{size} bytes");
}

/// Bytes of a value, as DynamoDB counts them.
fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::Ss(texts) => 3 + texts.iter().map(|text| text.len() + 1).sum::<usize>(),
        other => panic!("{other:?}"),
    }
}

/// A session that went on from `s-0` to `s-1` just now.
async fn rotated() -> TestStore {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert!(matches!(test_store.store.rotate(&rotation("s-0", "s-1", NOW)).await, Ok(Rotated::Fresh(_))));
    test_store
}

/// The token before once more, where so many repetitions are allowed.
async fn again(store: &Store, repeats: u64) -> Result<Rotated, Error> {
    store.rotate(&Rotation { grace: 10, repeats, ..rotation("s-0", "another", NOW + 1) }).await
}

/// A store whose calls suffer by this plan.
async fn through(test_store: &TestStore, plan: impl FnMut(&Call) -> Interference + Send + 'static) -> Store {
    test_store.through(&Proxy::start(plan).await.url)
}

fn is_count(call: &Call) -> bool {
    call.body["UpdateExpression"].as_str().is_some_and(|expression| expression.starts_with("ADD repeats"))
}

/// Does something while a call is on its way.
fn now<T>(act: impl Future<Output = T>) -> T {
    block_in_place(|| Handle::current().block_on(act))
}
