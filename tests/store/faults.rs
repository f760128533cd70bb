//! DynamoDB and the network at their worst: what is answered is true, and it is answered in time.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{DAY, NOW, TestStore, rotation, session, test_store, user},
};
use serde_json::{Value, json};
use std::{collections::HashSet, pin::Pin, time::Duration};
use store::{
    Adoption, Blacklisted, Changed, Created, EndReason, Ended, Error, ImportOutcome, NewUser, Opened, Renamed, Renewed,
    Replaced, Revocation, Revoked, Reworded, Rotated, Rotation, Session, Store,
};

/// Two seconds for the act, and some for a busy machine.
const BUDGET: Duration = Duration::from_millis(2_600);

#[tokio::test]
async fn dd_02_throttling_for_ever_ends() {
    let (_ground, proxy, store) = suffering(|_| throttled()).await;
    for cause in everything(&store).await {
        assert!(cause.starts_with("ProvisionedThroughputExceededException"), "{cause}");
    }
    let reads: Vec<Call> = proxy.take().into_iter().filter(|call| call.operation == "BatchGetItem").collect();
    let again = reads.iter().filter(|call| call.is_again).count();
    assert_eq!((reads.len(), again), (3, 2), "each act is tried three times");
}

#[tokio::test]
async fn dd_02_throttling_that_passes_is_not_seen() {
    let mut calls = 0;
    let (test_store, _proxy, store) = suffering(move |_| {
        calls += 1;
        if calls % 3 == 0 { Interference::Made } else { throttled() }
    })
    .await;
    test_store.session("s").await;
    assert_eq!(store.session("s").await, Ok(Some(session("s"))));
    assert!(matches!(store.rotate(&rotation("s-0", "s-1", NOW)).await, Ok(Rotated::Fresh(_))));
}

#[tokio::test]
async fn dd_04_a_rotation_whose_answer_is_lost_is_done_once() {
    for fate in [Interference::Lost, Interference::CutShort] {
        let test_store = test_store().await;
        let store = test_store.through(&Proxy::first(fate).await.url);
        test_store.session("s").await;
        let Ok(Rotated::Fresh(rotated)) = store.rotate(&rotation("s-0", "s-1", NOW)).await else { panic!() };
        assert_eq!((rotated.jti.as_str(), rotated.generation), ("s-1", 1));
        assert_eq!(test_store.store.session("s").await, Ok(Some(rotated)));
    }
}

#[tokio::test]
async fn dd_05_one_intent_has_one_token_however_often_it_is_tried() {
    let mut fates = vec![Interference::Lost, in_conflict(), in_progress(), in_conflict()];
    let (test_store, proxy, store) = suffering(move |_| fates.pop().unwrap_or(Interference::Made)).await;
    assert_eq!(store.create_user(&user("alice")).await, Ok(Created::Created));
    let calls = proxy.take();
    let tokens: HashSet<&Value> = calls.iter().map(|call| &call.body["ClientRequestToken"]).collect();
    assert_eq!((calls.len(), tokens.len()), (5, 1));
    assert_eq!(test_store.store.user("id-alice").await, Ok(Some(user("alice"))));

    store.rename("id-alice", "alice", "carol", NOW).await.unwrap();
    store.rename("id-alice", "carol", "alice", NOW + 9).await.unwrap();
    store.rename("id-alice", "alice", "carol", NOW + 99).await.unwrap();
    let tokens: HashSet<String> = proxy.take().iter().map(|call| call.body["ClientRequestToken"].to_string()).collect();
    assert_eq!(tokens.len(), 3, "another intent has another token");
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().username, "carol");
}

#[tokio::test]
async fn dd_06_a_creation_whose_answer_is_lost_is_done() {
    let (test_store, _proxy, store) = losing().await;
    assert_eq!(store.create_user(&user("alice")).await, Ok(Created::Created));
    assert_eq!(store.rename("id-alice", "alice", "carol", NOW).await, Ok(Renamed::Renamed));
    assert_eq!(store.update_profile("id-alice", "", "", "", None).await, Ok(Changed::Changed));
    assert_eq!(store.replace_password("id-alice", "argon2$of alice", "new").await, Ok(Replaced::Replaced));
    assert_eq!(store.bump_epoch("id-alice", NOW + 9).await, Ok(Changed::Changed));
    assert!(test_store.store.user("id-alice").await.unwrap().unwrap().epoch >= NOW + 9);
    assert_eq!(store.delete_user("id-alice", NOW).await, Ok(true));
}

#[tokio::test]
async fn dd_06_a_session_whose_answer_is_lost_is_open() {
    let (_ground, _proxy, store) = losing().await;
    assert_eq!(store.open_session(&session("s")).await, Ok(Opened::Opened));
    assert_eq!(store.revoke_session(&logout()).await, Ok(Revoked::Revoked));
    assert_eq!(store.revoke_session(&logout()).await, Ok(Revoked::Already));
    assert_eq!(store.open_session(&session("t")).await, Ok(Opened::Opened));
    assert_eq!(store.end_session("t", NOW, EndReason::Operator).await, Ok(Ended::Ended));
    assert_eq!(store.end_session("t", NOW, EndReason::Operator).await, Ok(Ended::Already));
    let adoption = Adoption { absolute_expiry: None, user_agent: None };
    let adopted = Rotation { sid: "u", adoption: Some(adoption), ..rotation("u-0", "u-1", NOW) };
    assert!(matches!(store.rotate(&adopted).await, Ok(Rotated::Adopted(_))));
    assert_eq!(store.reword_end("s", EndReason::LoggedOut, EndReason::Operator).await, Ok(Reworded::Reworded));
    assert_eq!(store.reword_end("s", EndReason::LoggedOut, EndReason::Operator).await, Ok(Reworded::Otherwise));
}

#[tokio::test]
async fn dd_06_a_logout_whose_answer_is_lost_is_done() {
    let (_ground, _proxy, store) = losing().await;
    assert_eq!(store.blacklist_jti("j", NOW, NOW).await, Ok(Blacklisted::Blacklisted));
    assert_eq!(store.blacklist_jti("j", NOW, NOW).await, Ok(Blacklisted::Already));
    assert_eq!(store.revoke_session(&logout()).await, Ok(Revoked::Revoked), "a tombstone");
}

#[tokio::test]
async fn dd_07_a_failure_whose_answer_is_lost_is_counted() {
    let (test_store, _proxy, store) = losing().await;
    let told = store.count_failure("k", 60, NOW).await.unwrap().count;
    let kept = test_store.store.failures(&["k"], NOW).await.unwrap()[0].count;
    assert!(told == kept && (1..=2).contains(&kept), "told {told}, kept {kept}");
}

#[tokio::test]
async fn dd_08_a_rotation_nobody_heard_of_costs_no_login() {
    let (test_store, _proxy, store) = suffering(|_| Interference::Lost).await;
    test_store.session("s").await;
    assert!(matches!(store.rotate(&rotation("s-0", "s-1", NOW)).await, Err(Error::Unavailable { .. })));
    let retried = Rotation { grace: 10, ..rotation("s-0", "s-2", NOW + 2) };
    let Ok(Rotated::Again(Session { jti, generation, .. })) = test_store.store.rotate(&retried).await else { panic!() };
    assert_eq!((jti.as_str(), generation), ("s-1", 1), "the one live successor");
}

#[tokio::test]
async fn dd_10_a_transaction_in_the_way_passes() {
    let mut calls = 0;
    let (test_store, proxy, store) = suffering(move |_| {
        calls += 1;
        if calls % 2 == 1 { error("TransactionConflictException") } else { Interference::Made }
    })
    .await;
    test_store.user("alice").await;
    assert_eq!(store.set_active("id-alice", false, None).await, Ok(Changed::Changed));
    assert_eq!(store.open_session(&session("s")).await, Ok(Opened::Opened));
    assert_eq!(store.clear_failures("k").await, Ok(()));
    assert_eq!(proxy.operations(), ["UpdateItem", "UpdateItem", "PutItem", "PutItem", "DeleteItem", "DeleteItem"]);
}

#[tokio::test]
async fn dd_10_transactions_in_the_way_for_ever_end() {
    let (_ground, proxy, store) = suffering(|_| in_conflict()).await;
    let cause = failed(store.create_user(&user("alice"))).await;
    assert!(cause.contains("TransactionConflict"), "{cause}");
    assert_eq!(proxy.operations().len(), 14);
}

#[tokio::test]
async fn dd_10_transactions_in_the_way_for_half_a_second_pass() {
    let mut calls = 0;
    let (test_store, _proxy, store) = suffering(move |_| {
        calls += 1;
        if calls <= 8 { in_conflict() } else { Interference::Made }
    })
    .await;
    let alice = test_store.user("alice").await;
    test_store.session("s").await;
    assert_eq!(store.change_password(&alice, "new", Some("s"), NOW).await, Ok(Renewed::Renewed));
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().password, "new");
}

#[tokio::test]
async fn dd_06_many_users_whose_answer_is_lost_are_created_and_no_engine_has_to_remember_it() {
    let (test_store, proxy, store) = losing().await;
    let newcomers = ["alice", "bob"].map(|name| NewUser { user: user(name), claims_email: true });
    assert_eq!(store.create_users(&newcomers, NOW).await, Ok(vec![ImportOutcome::Created; 2]));
    assert_eq!(test_store.store.user("id-bob").await, Ok(Some(user("bob"))));
    let calls = proxy.take();
    assert_eq!(calls.iter().filter(|call| call.operation == "TransactWriteItems").count(), 2);
    // Local engines keep each token for ten minutes: those of a million users were 200 MB.
    assert!(calls.iter().all(|call| call.body["ClientRequestToken"].is_null()), "{calls:?}");
}

#[tokio::test]
async fn dd_12_a_transaction_that_is_still_in_progress_is_asked_for_with_the_same_token() {
    let mut calls = 0;
    let (test_store, proxy, store) = suffering(move |_| {
        calls += 1;
        if calls <= 2 { in_progress() } else { Interference::Made }
    })
    .await;
    assert_eq!(store.create_user(&user("alice")).await, Ok(Created::Created));
    let tokens: Vec<Value> = proxy.take().iter().map(|call| call.body["ClientRequestToken"].clone()).collect();
    assert!(tokens.len() == 3 && tokens[0].is_string() && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_eq!(test_store.store.user("id-alice").await, Ok(Some(user("alice"))));
}

#[tokio::test]
async fn dd_12_a_transaction_that_stays_in_progress_is_no_success() {
    let (_ground, _proxy, store) = suffering(|_| in_progress()).await;
    let cause = failed(store.create_user(&user("alice"))).await;
    assert!(cause.starts_with("TransactionInProgressException"), "{cause}");
}

#[tokio::test]
async fn dd_13_a_mismatch_of_tokens_is_no_success() {
    let (_ground, _proxy, store) = suffering(|_| error("IdempotentParameterMismatchException")).await;
    let Err(Error::Unavailable { cause }) = store.create_user(&user("alice")).await else { panic!() };
    assert!(cause.starts_with("IdempotentParameterMismatchException"));
}

#[tokio::test]
async fn dd_19_a_hang_ends_and_the_next_call_is_made() {
    let (test_store, _proxy, store) = suffering(|_| Interference::Hung).await;
    assert!(everything(&store).await.iter().all(|cause| cause == "no answer in time"));
    test_store.session("s").await;
    let mut calls = 0;
    let proxy = Proxy::start(move |_| {
        calls += 1;
        if calls <= 3 { Interference::Hung } else { Interference::Made }
    })
    .await;
    let store = test_store.through(&proxy.url);
    assert!(store.session("s").await.is_err());
    assert_eq!(store.session("s").await, Ok(Some(session("s"))));
}

#[tokio::test]
async fn dd_20_a_refused_connection_is_told_in_time() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for address in [closed.as_str(), "http://name.invalid:1", "https://127.0.0.1:1"] {
        everything(&test_store().await.through(address)).await;
    }
}

#[tokio::test]
async fn dd_21_an_answer_that_is_cut_short_is_asked_for_again() {
    let test_store = test_store().await;
    test_store.session("s").await;
    for fate in [Interference::CutShort, Interference::Reset] {
        let store = test_store.through(&Proxy::first(fate).await.url);
        assert_eq!(store.session("s").await, Ok(Some(session("s"))));
    }
}

#[tokio::test]
async fn dd_21_an_outage_of_one_endpoint_leaves_another_its_retries() {
    let (test_store, proxy, out) = suffering(|_| Interference::Reset).await;
    test_store.session("s").await;
    let mut tries = 3;
    while tries == 3 {
        out.session("s").await.unwrap_err();
        tries = proxy.operations().len();
    }
    let store = test_store.through(&Proxy::first(Interference::Reset).await.url);
    assert_eq!(store.session("s").await, Ok(Some(session("s"))));
}

#[tokio::test]
async fn dd_22_a_drip_ends() {
    let (test_store, _proxy, store) = suffering(|_| Interference::Dripped).await;
    test_store.session("s").await;
    failed(store.session("s")).await;
}

#[tokio::test]
async fn dd_23_an_answer_that_is_none_lets_nobody_in() {
    for body in ["<html>welcome</html>", "{\"Item\":{\"pk\":{\"S\":\"us", "[]", "", "{\"Item\":{\"pk\":5}}"] {
        let (_ground, _proxy, store) = suffering(move |_| Interference::Answered(200, body.to_owned())).await;
        let user = store.user_named("alice").await;
        assert!(matches!(user, Err(_) | Ok(None)), "{body}");
        let rotated = store.rotate(&rotation("s-0", "s-1", NOW)).await;
        assert!(matches!(rotated, Err(_) | Ok(Rotated::Missing)), "{body}: {rotated:?}");
    }
}

#[tokio::test]
async fn dd_23_the_row_of_another_is_refused() {
    let test_store = test_store().await;
    test_store.user("mallory").await;
    let proxy =
        Proxy::start(|_| Interference::Changed(|answer| answer["Item"]["pk"] = json!({"S": "user#id-mallory"}))).await;
    let store = test_store.through(&proxy.url);
    assert!(matches!(store.user("id-alice").await, Err(Error::Corrupt { .. })));
    assert!(matches!(store.session("s").await, Err(Error::Corrupt { .. })));
}

#[tokio::test]
async fn dd_24_keys_that_were_left_out_are_asked_for_again() {
    let (test_store, proxy, store) = suffering(|_| Interference::Changed(keep_one)).await;
    test_store.user("alice").await;
    test_store.store.blacklist_jti("s-a", NOW, NOW).await.unwrap();
    for number in 0..5 {
        test_store.session(&format!("s{number}")).await;
    }
    let standing = store.token_status(Some("s0"), "s-a", Some("id-alice")).await.unwrap();
    assert!(standing.session.is_some() && standing.spent.is_some() && standing.user.is_some());
    assert!(proxy.take().iter().filter(|call| call.operation == "BatchGetItem").count() > 1);
    assert_eq!(store.sessions_of("id-alice").await.unwrap().len(), 5);
}

#[tokio::test]
async fn dd_24_keys_that_are_left_out_for_ever_end() {
    let nothing = |answer: &mut Value| {
        *answer = json!({"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{"pk": {"S": "k"}}]}}})
    };
    let (_ground, _proxy, store) = suffering(move |_| Interference::Changed(nothing)).await;
    failed(store.token_status(None, "j", None)).await;
}

/// The first item of each table stays; the others are moved to those that were not processed.
fn keep_one(answer: &mut Value) {
    let Some(tables) = answer["Responses"].as_object_mut() else { return };
    let mut left = serde_json::Map::new();
    for (table, items) in tables {
        let items = items.as_array_mut().unwrap();
        let keys: Vec<Value> = items.drain(items.len().min(1)..).map(|item| json!({"pk": item["pk"]})).collect();
        if !keys.is_empty() {
            left.insert(table.clone(), json!({"Keys": keys, "ConsistentRead": true}));
        }
    }
    answer["UnprocessedKeys"] = Value::Object(left);
}

/// Why each act failed, and within its budget.
async fn everything(store: &Store) -> Vec<String> {
    let (alice, session, rotation, logout) = (user("alice"), session("s"), rotation("s-0", "s-1", NOW), logout());
    let acts = tokio::join!(
        failed(store.user_named("alice")),
        failed(store.create_user(&alice)),
        failed(store.delete_user("id-alice", NOW)),
        failed(store.set_password("id-alice", "x", Some(NOW))),
        failed(store.open_session(&session)),
        failed(store.rotate(&rotation)),
        failed(store.revoke_session(&logout)),
        failed(store.blacklist_jti("j", NOW, NOW)),
        failed(store.token_status(Some("s"), "j", Some("id-alice"))),
        failed(store.sessions_of("id-alice")),
        failed(store.count_failure("k", 60, NOW)),
        failed(store.users(None)),
    );
    [acts.0, acts.1, acts.2, acts.3, acts.4, acts.5, acts.6, acts.7, acts.8, acts.9, acts.10, acts.11].into()
}

/// Why an act failed, and within its budget: the act is looked at before the clock, so a machine that stood still meanwhile is
/// not held against it. Boxed: a dozen acts side by side do not fit the stack of a test.
fn failed<'a, T: std::fmt::Debug>(
    act: impl Future<Output = Result<T, Error>> + 'a,
) -> Pin<Box<dyn Future<Output = String> + 'a>> {
    Box::pin(async move {
        match tokio::time::timeout(BUDGET, act).await {
            Ok(Err(Error::Unavailable { cause })) => cause,
            other => panic!("{other:?}"),
        }
    })
}

/// A store whose calls suffer by this plan.
async fn suffering(plan: impl FnMut(&Call) -> Interference + Send + 'static) -> (TestStore, Proxy, Store) {
    let test_store = test_store().await;
    let proxy = Proxy::start(plan).await;
    let store = test_store.through(&proxy.url);
    (test_store, proxy, store)
}

/// A store that hears the answer to every second write alone.
async fn losing() -> (TestStore, Proxy, Store) {
    let mut writes = 0;
    suffering(move |call| {
        let is_write = !["GetItem", "BatchGetItem", "Query"].contains(&call.operation.as_str());
        writes += i32::from(is_write);
        if is_write && writes % 2 == 1 { Interference::Lost } else { Interference::Made }
    })
    .await
}

fn logout() -> Revocation<'static> {
    Revocation {
        sid: "s",
        user_id: "id-alice",
        presented: "s-0",
        expiry: NOW + DAY,
        now: NOW,
        reason: EndReason::LoggedOut,
        ip: None,
    }
}

fn throttled() -> Interference {
    error("ProvisionedThroughputExceededException")
}

fn in_progress() -> Interference {
    error("TransactionInProgressException")
}

fn in_conflict() -> Interference {
    Interference::Answered(400, json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "in the way"}, {"Code": "None"}],
    }).to_string())
}

fn error(code: &str) -> Interference {
    Interference::Answered(
        400,
        json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no"}).to_string(),
    )
}
