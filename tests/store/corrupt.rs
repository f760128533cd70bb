//! Items that are not as they must be let nobody in and stop nothing.

use crate::test_store::{DAY, NOW, rotation, test_store};
use aws_sdk_dynamodb::types::AttributeValue;
use store::{EndReason, Error, Revocation};

#[tokio::test]
async fn dd_23_a_user_with_a_part_missing_is_no_user() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    let whole = test_store.user_item("user#id-alice").await.unwrap();
    for name in whole.keys().filter(|name| *name != "pk") {
        let mut item = whole.clone();
        item.remove(name);
        test_store.put(&test_store.tables.users, item).await;
        assert!(is_corrupt(&test_store.store.user("id-alice").await), "{name}");
        assert!(is_corrupt(&test_store.store.user_named("alice").await), "{name}");
        if name != "owns_email" {
            assert!(is_corrupt(&test_store.store.token_status(None, "j", Some("id-alice")).await), "{name}");
        }
    }
}

#[tokio::test]
async fn dd_23_a_user_with_a_part_of_another_type_is_no_user() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    test_store.store.touch_login("id-alice", NOW).await.unwrap();
    let whole = test_store.user_item("user#id-alice").await.unwrap();
    for (name, value) in whole.iter().filter(|(name, _)| *name != "pk") {
        let other = if value.is_n() { AttributeValue::S("1".to_owned()) } else { AttributeValue::N("1".to_owned()) };
        let mut item = whole.clone();
        item.insert(name.clone(), other);
        test_store.put(&test_store.tables.users, item).await;
        assert!(is_corrupt(&test_store.store.user("id-alice").await), "{name}");
    }
}

#[tokio::test]
async fn dd_23_a_user_without_a_password_is_no_user() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    let mut item = test_store.user_item("user#id-alice").await.unwrap();
    item.insert("password".to_owned(), AttributeValue::S(String::new()));
    test_store.put(&test_store.tables.users, item).await;
    assert!(is_corrupt(&test_store.store.user("id-alice").await));
    assert!(is_corrupt(&test_store.store.user_named("alice").await));
    assert!(is_corrupt(&test_store.store.token_status(None, "j", Some("id-alice")).await));
    assert!(is_corrupt(&test_store.store.users(None).await));
}

#[tokio::test]
async fn dd_23_a_guard_leads_only_to_who_has_the_name() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    let guard = |key: &str, value: AttributeValue| {
        [("pk".to_owned(), AttributeValue::S(key.to_owned())), ("user_id".to_owned(), value)].into()
    };
    let alice = AttributeValue::S("id-alice".to_owned());
    test_store.put(&test_store.tables.users, guard("name#admin", alice.clone())).await;
    test_store.put(&test_store.tables.users, guard("email#admin@example.test", alice)).await;
    test_store.put(&test_store.tables.users, guard("name#root", AttributeValue::N("0".to_owned()))).await;
    assert_eq!(test_store.store.user_folded("admin").await, Ok(None));
    assert_eq!(test_store.store.user_with_email_folded("admin@example.test").await, Ok(None));
    assert!(is_corrupt(&test_store.store.user_named("root").await));
}

#[tokio::test]
async fn dd_23_a_session_with_a_part_of_another_type_is_corrupt() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let whole = test_store.session_item("session#s").await.unwrap();
    for (name, value) in whole.iter().filter(|(name, _)| !["pk", "ttl"].contains(&name.as_str())) {
        // Keys of an index have the one type that the index demands: the engine itself refuses another.
        if ["user_id", "created_at"].contains(&name.as_str()) {
            continue;
        }
        let other = if value.is_n() { AttributeValue::S("1".to_owned()) } else { AttributeValue::N("1".to_owned()) };
        let mut item = whole.clone();
        item.insert(name.clone(), other);
        test_store.put(&test_store.tables.sessions, item).await;
        assert!(is_corrupt(&test_store.store.session("s").await), "{name}");
        assert!(is_corrupt(&test_store.store.token_status(Some("s"), "j", None).await), "{name}");
        assert!(is_corrupt(&test_store.store.rotate(&rotation("other", "x", NOW)).await), "{name}");
    }
}

#[tokio::test]
async fn dd_23_a_session_with_a_part_missing_is_corrupt() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let whole = test_store.session_item("session#s").await.unwrap();
    let logout = Revocation {
        sid: "s",
        user_id: "id-alice",
        presented: "x",
        expiry: NOW + DAY,
        now: NOW,
        reason: EndReason::LoggedOut,
        ip: None,
    };
    for name in ["user_id", "jti", "generation", "issued_at", "expiry", "created_at", "epoch"] {
        let mut item = whole.clone();
        item.remove(name);
        test_store.put(&test_store.tables.sessions, item).await;
        assert!(is_corrupt(&test_store.store.session("s").await), "{name}");
        let refused = test_store.store.rotate(&rotation("other", "x", NOW)).await;
        assert!(is_corrupt(&refused), "{name}");
        if name == "user_id" {
            assert!(is_corrupt(&test_store.store.revoke_session(&logout).await));
        }
    }
}

#[tokio::test]
async fn dd_23_a_counter_that_is_no_number_is_corrupt() {
    let test_store = test_store().await;
    test_store.store.count_failure("k", 60, NOW).await.unwrap();
    let rows = test_store.client.scan().table_name(&test_store.tables.sessions).send().await.unwrap();
    let mut item = rows.items()[0].clone();
    item.insert("attempts".to_owned(), AttributeValue::N("-1".to_owned()));
    test_store.put(&test_store.tables.sessions, item.clone()).await;
    assert!(is_corrupt(&test_store.store.failures(&["k"], NOW).await));
    item.insert("attempts".to_owned(), AttributeValue::S("one".to_owned()));
    test_store.put(&test_store.tables.sessions, item).await;
    assert!(is_corrupt(&test_store.store.failures(&["k"], NOW).await));
    assert!(test_store.store.count_failure("k", 60, NOW).await.is_err());
}

fn is_corrupt<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Corrupt { .. }))
}
