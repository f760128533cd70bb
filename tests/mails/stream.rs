//! The stream tells of several rows at a time, and of the first that was not done again, with all behind it.

use crate::world::World;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda::mails::{Record, sent};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::MailState;
use tests::{
    events::{heard, listen},
    ses::Fate,
};

const NOTHING: &str = r#"{"batchItemFailures":[]}"#;

/// What the function says of rows with these keys; each has its place in the stream.
async fn told(world: &World, keys: &[&str], until: Instant) -> Value {
    let sender = world.sender();
    let places: Vec<String> = (1..=keys.len()).map(|place| place.to_string()).collect();
    let since = api::Ambient::time();
    let records = keys.iter().zip(&places).map(|(key, place)| Record { key, place, since });
    sent(&world.post(&sender), &records.collect::<Vec<_>>(), until).await
}

fn in_a_minute() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

async fn three(world: &World) {
    for id in ["1", "2", "3"] {
        world.ask(id, "alice@example.com").await;
    }
}

#[tokio::test]
async fn what_is_not_taken_is_told_of_again_with_all_behind_it() {
    let world = World::new().await;
    three(&world).await;
    let keys = ["mail#1", "mail#2", "mail#3"];
    world.ses.plan(&[Fate::Taken, Fate::Refused(503, "ServiceUnavailable")]);
    let answer = told(&world, &keys, in_a_minute()).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "2"}]}));
    assert_eq!(world.ses.asked().len(), 2, "the third waits for the second");
    assert_eq!(told(&world, &keys, in_a_minute()).await.to_string(), NOTHING);
    assert_eq!(world.ses.asked().len(), 2, "and the first is not sent again");
}

#[tokio::test]
async fn a_poison_row_stands_in_nobodys_way() {
    let world = World::new().await;
    three(&world).await;
    let client = store::client(&store::Access::local(&world.app.service.engine()));
    for (key, kind) in [("mail#poison", "greeting"), ("elsewhere#1", "activation")] {
        let put = client.put_item().table_name("latchkey-outbox").item("pk", AttributeValue::S(key.to_owned()));
        put.item("kind", AttributeValue::S(kind.to_owned())).send().await.unwrap();
    }
    let keys = ["mail#1", "mail#poison", "elsewhere#1", "mail#2", "mail#gone", "mail#3"];
    assert_eq!(told(&world, &keys, in_a_minute()).await.to_string(), NOTHING);
    assert_eq!(world.ses.asked().len(), 3);
    let page = world.app.service.store.mails(None).await.unwrap();
    assert!(page.mails.iter().all(|(_, state)| matches!(state, MailState::Sent(_))), "{page:?}");
    assert_eq!(page.damaged.len(), 2, "{page:?}");
    assert_eq!(told(&world, &keys, in_a_minute()).await.to_string(), NOTHING, "and again");
    assert_eq!(world.ses.asked().len(), 0);
}

#[tokio::test]
async fn nothing_is_begun_for_which_there_is_no_time() {
    let world = World::new().await;
    three(&world).await;
    let soon = Instant::now() + Duration::from_secs(9);
    let answer = told(&world, &["mail#1", "mail#2"], soon).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "1"}]}));
    assert_eq!((world.ses.asked().len(), world.state("1").await), (0, MailState::Waiting));
}

#[tokio::test]
async fn a_mail_that_fails_is_told_with_its_cause() {
    listen();
    let world = World::new().await;
    world.ask("told", "alice@example.com").await;
    world.ses.plan(&[Fate::Refused(400, "MessageRejected")]);
    assert_eq!(told(&world, &["mail#told"], in_a_minute()).await.to_string(), NOTHING);
    let events = heard("mail_failed", "mail", "told");
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((&events[0]["cause"], &events[0]["code"]), (&"refused".into(), &"MessageRejected".into()));
}
