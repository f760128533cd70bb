//! What an act costs, and how it reads.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{DAY, NOW, TestStore, rotation, session, test_store, user},
};
use serde_json::{Value, json};
use store::{Adoption, Change, EndReason, Listing, Organization, Revocation, Rotation, Session, Store};

macro_rules! costs {
    ($proxy:expr, $act:expr, $operations:expr) => {
        $act.await.unwrap();
        assert_eq!($proxy.acts(), $operations, stringify!($act));
    };
}

#[tokio::test]
async fn an_act_on_users_costs_what_it_says() {
    let (test_store, proxy, store) = watched().await;
    test_store.user("alice").await;
    costs!(proxy, store.user("id-alice"), ["GetItem"]);
    costs!(proxy, store.user_named("alice"), ["GetItem", "GetItem"]);
    costs!(proxy, store.user_folded("ALICE"), ["GetItem", "GetItem"]);
    costs!(proxy, store.user_with_email("alice@example.test"), ["GetItem", "GetItem"]);
    costs!(proxy, store.create_user(&user("bob")), ["TransactWriteItems"]);
    costs!(proxy, store.replace_password("id-alice", "x", "y"), ["UpdateItem"]);
    costs!(proxy, store.set_password("id-alice", "y", Some(NOW + 5)), ["UpdateItem"]);
    costs!(proxy, store.set_active("id-alice", true, None), ["UpdateItem"]);
    costs!(proxy, store.bump_epoch("id-alice", NOW + 10), ["UpdateItem"]);
    let alice = test_store.store.user("id-alice").await.unwrap().unwrap();
    costs!(proxy, store.change_password(&alice, "z", None, NOW), ["TransactWriteItems"]);
    let alice = test_store.store.user("id-alice").await.unwrap().unwrap();
    costs!(proxy, store.end_other_sessions(&alice, "s", NOW), ["TransactWriteItems", "TransactWriteItems"]);
    costs!(proxy, store.touch_login("id-alice", NOW), ["UpdateItem"]);
    costs!(proxy, store.rename("id-alice", "alice", "carol", NOW + 50), ["TransactWriteItems"]);
    costs!(proxy, store.update_profile("id-alice", "", "", "", None), ["GetItem", "TransactWriteItems"]);
    costs!(proxy, store.delete_user("id-alice", NOW), ["GetItem", "TransactWriteItems"]);
    costs!(proxy, store.users(None), ["Scan"]);
}

#[tokio::test]
async fn pw_01_an_unknown_name_costs_the_same() {
    let (_ground, proxy, store) = watched().await;
    costs!(proxy, store.user_named("nobody"), ["GetItem", "GetItem"]);
    costs!(proxy, store.user_with_email("nobody@example.test"), ["GetItem", "GetItem"]);
}

#[tokio::test]
async fn an_act_on_sessions_costs_one_call() {
    let (_ground, proxy, store) = watched().await;
    let logout = Revocation {
        sid: "s",
        user_id: "id-alice",
        presented: "s-1",
        expiry: NOW + DAY,
        now: NOW,
        reason: EndReason::LoggedOut,
        ip: None,
    };
    let adoption = Adoption { absolute_expiry: None, user_agent: None };
    let again = Rotation { grace: 9, ..rotation("s-0", "x", NOW) };
    let adopted = Rotation { sid: "t", adoption: Some(adoption), ..rotation("t-0", "t-1", NOW) };
    costs!(proxy, store.open_session(&session("s")), ["PutItem"]);
    costs!(proxy, store.session("s"), ["GetItem"]);
    costs!(proxy, store.rotate(&rotation("s-0", "s-1", NOW)), ["UpdateItem"]);
    costs!(proxy, store.rotate(&rotation("s-0", "x", NOW)), ["UpdateItem"]);
    costs!(proxy, store.rotate(&again), ["UpdateItem", "UpdateItem"]);
    costs!(proxy, store.revoke_session(&logout), ["UpdateItem"]);
    costs!(proxy, store.end_session("s", NOW, EndReason::Operator), ["UpdateItem"]);
    costs!(proxy, store.end_session_of("id-alice", "s", NOW, EndReason::Operator), ["UpdateItem"]);
    costs!(proxy, store.reword_end("s", EndReason::LoggedOut, EndReason::Operator), ["UpdateItem"]);
    costs!(proxy, store.end_sessions_beside(&session("s"), NOW), ["UpdateItem"]);
    costs!(proxy, store.rotate(&adopted), ["UpdateItem", "TransactWriteItems"]);
    costs!(proxy, store.sessions_of("id-alice"), ["Query", "BatchGetItem"]);
    costs!(proxy, store.blacklist_jti("j", NOW, NOW), ["PutItem"]);
    costs!(proxy, store.is_blacklisted("j"), ["GetItem"]);
    costs!(proxy, store.token_status(Some("s"), "j", Some("id-alice")), ["BatchGetItem"]);
    costs!(proxy, store.count_failure("k", 60, NOW), ["UpdateItem"]);
    costs!(proxy, store.failures(&["k", "l"], NOW), ["BatchGetItem"]);
    costs!(proxy, store.clear_failures("k"), ["DeleteItem"]);
}

#[tokio::test]
async fn an_act_on_organizations_costs_what_it_says() {
    let (_ground, proxy, store) = watched().await;
    let acme = Organization {
        id: "0".to_owned(),
        name: "Acme".to_owned(),
        description: String::new(),
        created_at: NOW,
        updated_at: NOW,
        generation: 0,
    };
    let all = Listing { after: None, limit: 20, search: "" };
    let new = |name: &str| Change { name: Some(name.to_owned()), description: None };
    costs!(proxy, store.add_organization("calls", &acme, None), ["TransactWriteItems"]);
    costs!(proxy, store.organization("calls", "0"), ["GetItem"]);
    costs!(proxy, store.organization_named("calls", "ACME"), ["GetItem", "GetItem"]);
    costs!(proxy, store.organizations_of("calls", &all), ["Query"]);
    costs!(proxy, store.edit_organization("calls", "0", &new("Acme"), NOW), ["GetItem"]);
    costs!(proxy, store.edit_organization("calls", "0", &new("Apex"), NOW), ["GetItem", "TransactWriteItems"]);
    costs!(proxy, store.delete_organization("calls", "0"), ["GetItem", "TransactWriteItems"]);
}

/// Session and user in one read, before a token that is good and before one that is not.
#[tokio::test]
async fn the_authorizer_reads_session_and_user_at_once() {
    let (test_store, proxy, store) = watched().await;
    let secret = "a secret of at least thirty-two characters, for tests alone";
    let settings = settings::Settings::of(&[("SIGNING_KEY", secret), ("SESSION_CHECK", "true")]).unwrap();
    let (keys, service) = (settings.keys().unwrap().unwrap(), api::Service::new(settings, store, 1));
    let live = Session { sid: "0123456789ab4cde".to_owned(), ..session("s") };
    test_store.user("alice").await;
    test_store.store.open_session(&live).await.unwrap();
    let claims = json!({
        "token_type": "access", "exp": NOW + 60, "iat": NOW, "jti": "0123456789ab4cde8f0123456789abcd",
        "user_id": "id-alice",
    });
    let token = tests::forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, secret);
    let event = include_str!("../authorizer/events/rest_request.json").replace("{token}", &token);
    let event = serde_json::from_str(&event).unwrap();
    let effect = async || {
        let decision = api::authorizer::decide_with(&event, &keys, &service, NOW).await.unwrap();
        decision.render().unwrap()["policyDocument"]["Statement"][0]["Effect"].clone()
    };
    for expected in ["Allow", "Deny"] {
        assert_eq!(effect().await, expected);
        let calls: Vec<Call> = proxy.take().into_iter().filter(|call| !call.is_again).collect();
        let [call] = calls.as_slice() else { panic!("{calls:?}") };
        assert_eq!((call.operation.as_str(), consistency(call)), ("BatchGetItem", vec![true, true]));
        test_store.store.end_session(&live.sid, NOW, EndReason::Operator).await.unwrap();
    }
}

#[tokio::test]
async fn bl_06_dd_18_every_read_is_strongly_consistent() {
    let (test_store, proxy, store) = watched().await;
    test_store.user("alice").await;
    test_store.session("s").await;
    store.user_named("alice").await.unwrap();
    store.user_with_email("alice@example.test").await.unwrap();
    store.update_profile("id-alice", "a@example.test", "", "", None).await.unwrap();
    store.session("s").await.unwrap();
    store.sessions_of("id-alice").await.unwrap();
    store.is_blacklisted("j").await.unwrap();
    store.token_status(Some("s"), "s-0", Some("id-alice")).await.unwrap();
    store.failures(&["k"], NOW).await.unwrap();
    store.users(None).await.unwrap();
    store.delete_user("id-alice", NOW).await.unwrap();
    let reads: Vec<bool> = proxy.take().iter().flat_map(consistency).collect();
    assert_eq!(reads, [true; 13]);
}

/// For each table that a call reads, whether it does so consistently. A query is for a list; its rows are read again.
fn consistency(call: &Call) -> Vec<bool> {
    let is_consistent = |request: &Value| request["ConsistentRead"] == true;
    match call.operation.as_str() {
        "GetItem" | "Scan" => vec![is_consistent(&call.body)],
        "BatchGetItem" => call.body["RequestItems"].as_object().unwrap().values().map(is_consistent).collect(),
        _ => vec![],
    }
}

async fn watched() -> (TestStore, Proxy, Store) {
    let test_store = test_store().await;
    let proxy = Proxy::start(|_| Interference::Made).await;
    let store = test_store.through(&proxy.url);
    (test_store, proxy, store)
}
