//! What a user's attributes cost: the units that DynamoDB counts, as the engine tells them, beside what docs/users.md says.

use crate::{endpoints::Watched, proxy::Interference, test_store::test_store};
use api::{ShowUser, Verify};
use aws_sdk_dynamodb::types::AttributeValue;
use http::Request;
use serde_json::{Value, json};
use std::{
    fs,
    sync::{Arc, Mutex},
};
use store::{Attributes, User};
use tests::{app::user, tools::root};

/// How much of attributes a user has, in KiB of JSON.
const SIZES: [usize; 4] = [0, 1, 4, 15];

const ROTATION: [(&str, &str); 2] = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];

/// What several calls consumed, a value for each.
type Consumed = Arc<Mutex<Vec<Value>>>;

/// A service that is watched, with alice and her attributes.
pub(crate) struct Metered {
    reads: Consumed,
    writes: Consumed,
    pub(crate) service: Watched,
}

impl Metered {
    pub(crate) async fn with(size: usize, variables: &[(&str, &str)]) -> Self {
        let (reads, writes) = (Consumed::default(), Consumed::default());
        let kept = [Arc::clone(&reads), Arc::clone(&writes)];
        let meter = move |call: &tests::proxy::Call| {
            let [reads, writes] = &kept;
            let is_read = ["GetItem", "BatchGetItem"].contains(&call.operation.as_str());
            Interference::Metered(Arc::clone(if is_read { reads } else { writes }))
        };
        let service = Watched::of(alice(size), variables, meter).await;
        Self { reads, writes, service }
    }

    /// The units of reads and of writes since this was last asked.
    pub(crate) fn units(&self) -> String {
        let taken = |consumed: &Consumed| {
            std::mem::take(&mut *consumed.lock().unwrap()).iter().map(total).fold(0.0, |sum, units| sum + units)
        };
        format!("{} + {}", taken(&self.reads), taken(&self.writes))
    }
}

fn alice(size: usize) -> User {
    let attributes = match size {
        0 => json!({}),
        size => json!({"note": "x".repeat(size * 1024 - r#"{"note":""}"#.len())}),
    };
    User { attributes: Attributes::of_json(attributes.as_object().unwrap()).unwrap(), ..user("1", "alice", true) }
}

/// One of a call, or one for each table of it.
fn total(consumed: &Value) -> f64 {
    match consumed {
        Value::Array(tables) => tables.iter().map(total).sum(),
        one => one["CapacityUnits"].as_f64().unwrap(),
    }
}

/// The units of reads and of writes of a login, a refresh with and without rotation, a check of session and user, a look at oneself and a change of oneself.
async fn acts(size: usize) -> [String; 6] {
    let plain = Metered::with(size, &[("USER_WRITABLE_ATTRIBUTES", "phone")]).await;
    let (pair, _) = plain.service.login().await;
    let login = plain.units();
    plain.service.refresh(&pair).await;
    let renewed = plain.units();
    let bearer = |method: &str| {
        let header = format!("Bearer {}", pair["access"].as_str().unwrap());
        Request::builder().method(method).uri("/").header("Authorization", header)
    };
    plain.service.ask::<ShowUser>(bearer("GET"), Value::Null).await;
    let shown = plain.units();
    let (changed, _) = plain.service.ask::<ShowUser>(bearer("PATCH"), json!({"phone": "1"})).await;
    assert_eq!(changed["phone"], "1");
    let edited = plain.units();

    let rotating = Metered::with(size, &ROTATION).await;
    let (pair, _) = rotating.service.login().await;
    rotating.units();
    rotating.service.refresh(&pair).await;
    let rotated = rotating.units();

    let checking = Metered::with(size, &[("SESSION_CHECK", "true")]).await;
    let (pair, _) = checking.service.login().await;
    checking.units();
    checking.service.post::<Verify>(json!({"token": pair["access"]})).await;
    [login, renewed, rotated, checking.units(), shown, edited]
}

/// What DynamoDB counts of a value.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
fn bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::L(values) => 3 + values.iter().map(|value| 1 + bytes(value)).sum::<usize>(),
        AttributeValue::M(members) => {
            3 + members.iter().map(|(name, value)| 1 + name.len() + bytes(value)).sum::<usize>()
        }
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        other => panic!("a user has no {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attributes_cost_what_the_page_says() {
    let page = fs::read_to_string(root().join("docs/users.md")).unwrap();
    let mut missing = Vec::new();
    for size in SIZES {
        let ground = test_store().await;
        ground.store.create_user(&alice(size)).await.unwrap();
        let row = ground.user_item("user#1").await.unwrap();
        let bytes: usize = row.iter().map(|(name, value)| name.len() + bytes(value)).sum();
        let units = acts(size).await.join(" | ");
        let line = format!("| {size} KiB | {bytes} | {units} |");
        if !page.contains(&line) {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "docs/users.md must say:\n{}", missing.join("\n"));
}
