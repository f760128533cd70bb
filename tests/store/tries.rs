//! Failures are counted until they are left alone, or until a success.

use crate::test_store::{NOW, TestStore, test_store};
use store::Tries;

async fn failures(test_store: &TestStore, counted: &str, now: i64) -> Tries {
    test_store.store.failures(&[counted], now).await.unwrap()[0]
}

#[tokio::test]
async fn failures_add_up() {
    let test_store = test_store().await;
    assert_eq!(failures(&test_store, "alice", NOW).await, Tries::default());
    for count in 1..=3 {
        let now = NOW + i64::try_from(count).unwrap();
        let tries = test_store.store.count_failure("alice", 60, now).await.unwrap();
        assert_eq!(tries, Tries { count, ends_at: now + 60, known: false });
    }
    assert_eq!(failures(&test_store, "alice", NOW + 62).await.count, 3);
    let tries = test_store.store.failures(&["bob", "alice"], NOW).await.unwrap();
    let (bob, alice) = (tries[0], tries[1]);
    assert_eq!((bob.count, alice.count), (0, 3));
}

#[tokio::test]
async fn failures_are_forgotten_by_the_clock_not_by_deletion() {
    let test_store = test_store().await;
    test_store.store.count_failure("alice", 60, NOW).await.unwrap();
    test_store.store.count_failure("alice", 60, NOW).await.unwrap();
    assert_eq!(failures(&test_store, "alice", NOW + 60).await, Tries::default());
    let tries = test_store.store.count_failure("alice", 60, NOW + 60).await.unwrap();
    assert_eq!((tries.count, tries.ends_at), (1, NOW + 120));
}

#[tokio::test]
async fn what_is_counted_within_a_window_puts_nothing_off() {
    let test_store = test_store().await;
    for (later, count) in [(0, 1), (59, 2), (60, 1)] {
        let tries = test_store.store.count_within("mails", 60, NOW + later).await.unwrap();
        assert_eq!((tries.count, tries.ends_at), (count, NOW + if later < 60 { 60 } else { 120 }));
    }
}

#[tokio::test]
async fn pw_23_failures_at_once_are_all_counted() {
    let test_store = test_store().await;
    let mut failures = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = test_store.store.clone();
        failures.spawn(async move { store.count_failure("alice", 60, NOW).await.unwrap() });
    }
    let counts: std::collections::BTreeSet<u64> = failures.join_all().await.iter().map(|tries| tries.count).collect();
    assert_eq!(counts, (1..=50).collect());
}

#[tokio::test]
async fn pw_24_success_forgets_failures() {
    let test_store = test_store().await;
    test_store.store.count_failure("alice", 60, NOW).await.unwrap();
    test_store.store.clear_failures("alice").await.unwrap();
    test_store.store.clear_failures("nobody").await.unwrap();
    assert_eq!(failures(&test_store, "alice", NOW).await, Tries::default());
}

#[tokio::test]
async fn success_is_remembered_through_later_failures() {
    let test_store = test_store().await;
    test_store.store.count_failure("alice", 60, NOW).await.unwrap();
    test_store.store.remember("alice", NOW + 600).await.unwrap();
    assert_eq!(failures(&test_store, "alice", NOW + 599).await, Tries { count: 0, ends_at: NOW + 600, known: true });
    assert!(test_store.store.count_failure("alice", 60, NOW).await.unwrap().known);
    assert!(!failures(&test_store, "alice", NOW + 600).await.known);
}

#[tokio::test]
async fn pw_26_a_counter_takes_little_and_ends() {
    let test_store = test_store().await;
    test_store.store.count_failure(&"x".repeat(100_000), 60, NOW).await.unwrap();
    let rows = test_store.client.scan().table_name(&test_store.tables.sessions).send().await.unwrap();
    let [row] = rows.items() else { panic!("one row") };
    assert_eq!(row["ttl"].as_n().unwrap(), &(NOW + 60 + 86_400).to_string());
    assert!(format!("{row:?}").len() < 400);
}
