//! Failures are counted over a window.

use store::Tries;

use crate::ground::{NOW, ground};

#[tokio::test]
async fn failures_add_up_within_a_window() {
    let ground = ground().await;
    assert_eq!(ground.store.failures("alice", NOW).await, Ok(Tries::default()));
    for count in 1..=3 {
        let now = NOW + i64::try_from(count).unwrap();
        let tries = ground.store.count_failure("alice", 60, now).await.unwrap();
        assert_eq!(tries, Tries { count, ends_at: NOW + 61 }, "the first failure sets the end");
    }
    assert_eq!(ground.store.failures("alice", NOW + 60).await.unwrap().count, 3);
    assert_eq!(ground.store.failures("bob", NOW).await, Ok(Tries::default()));
}

#[tokio::test]
async fn a_window_ends_by_the_clock_not_by_deletion() {
    let ground = ground().await;
    ground.store.count_failure("alice", 60, NOW).await.unwrap();
    ground.store.count_failure("alice", 60, NOW).await.unwrap();
    assert_eq!(ground.store.failures("alice", NOW + 60).await, Ok(Tries::default()));
    let tries = ground.store.count_failure("alice", 60, NOW + 60).await;
    assert_eq!(tries, Ok(Tries { count: 1, ends_at: NOW + 120 }));
}

#[tokio::test]
async fn pw_24_success_forgets_failures() {
    let ground = ground().await;
    ground.store.count_failure("alice", 60, NOW).await.unwrap();
    ground.store.clear_failures("alice").await.unwrap();
    ground.store.clear_failures("nobody").await.unwrap();
    assert_eq!(ground.store.failures("alice", NOW).await, Ok(Tries::default()));
}

#[tokio::test]
async fn pw_26_a_counter_takes_little_and_ends() {
    let ground = ground().await;
    ground.store.count_failure(&"x".repeat(100_000), 60, NOW).await.unwrap();
    let rows = ground.client.scan().table_name(&ground.tables.sessions).send().await.unwrap();
    let [row] = rows.items() else { panic!("one row") };
    assert_eq!(row["ttl"].as_n().unwrap(), &(NOW + 60 + 86_400).to_string());
    assert!(format!("{row:?}").len() < 400);
}
