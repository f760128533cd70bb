//! The tables are as they are defined.

use crate::{
    proxy::{Interference, Proxy},
    test_store::{engine_url, tables, test_store},
};
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType, ProjectionType, TableDescription};
use serde_json::json;
use store::{Access, Error, Store, definitions, organizations};

#[tokio::test]
async fn the_engine_describes_what_is_defined() {
    let test_store = test_store().await;
    for definition in definitions(&test_store.tables).into_iter().chain([organizations("latchkey-organizations")]) {
        let table =
            test_store.client.describe_table().table_name(&definition.name).send().await.unwrap().table.unwrap();
        let sorted = definition.sort.map(|sort| (sort.to_owned(), KeyType::Range));
        let defined: Keys = [(definition.key.to_owned(), KeyType::Hash)].into_iter().chain(sorted).collect();
        assert_eq!(keys(table.key_schema()), defined);
        assert_eq!(table.billing_mode_summary().unwrap().billing_mode().unwrap().as_str(), "PAY_PER_REQUEST");
        assert_eq!(
            indexes(&table),
            Vec::from_iter(definition.index.map(|index| {
                let keys = vec![(index.key.0.to_owned(), KeyType::Hash), (index.sort.0.to_owned(), KeyType::Range)];
                (index.name.to_owned(), keys, index.projected.iter().map(|&name| name.to_owned()).collect())
            }))
        );
        let ttl = test_store.client.describe_time_to_live().table_name(&definition.name).send().await.unwrap();
        assert_eq!(ttl.time_to_live_description().and_then(|ttl| ttl.attribute_name()), definition.ttl);
    }
}

#[tokio::test]
async fn tables_that_are_there_stay() {
    let test_store = test_store().await;
    let user = test_store.user("alice").await;
    assert_eq!(test_store.store.create_tables().await, Ok(()));
    assert_eq!(test_store.store.user("id-alice").await, Ok(Some(user)));
}

#[tokio::test]
async fn tables_that_are_there_are_not_described_for_then_a_local_engine_counts_their_rows() {
    let test_store = test_store().await;
    let proxy = Proxy::start(|_| Interference::Made).await;
    let store = test_store.through(&proxy.url);
    assert_eq!((store.answers().await, store.create_tables().await), (true, Ok(())));
    assert!(!proxy.operations().contains(&"DescribeTable".to_owned()));
    assert!(!test_store.through("http://127.0.0.1:9").answers().await);
}

#[tokio::test]
async fn dd_15_a_table_that_is_missing_is_no_wrong_password() {
    let store = Store::new(store::client(&Access::local(engine_url().await)), tables());
    let Err(Error::Unavailable { cause }) = store.user_named("alice").await else { panic!() };
    assert!(cause.starts_with("ResourceNotFoundException"), "{cause}");
    assert!(matches!(store.session("s").await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn mails_and_organizations_lie_in_the_tables_that_are_named() {
    let store = test_store().await.store.with_outbox("no-mails".to_owned());
    let store = store.with_organizations("no-organizations".to_owned());
    for missing in [store.mail("1").await.err(), store.organization("alice", "1").await.err()] {
        let Some(Error::Unavailable { cause }) = missing else { panic!("another table was read") };
        assert!(cause.starts_with("ResourceNotFoundException"), "{cause}");
    }
}

/// DynamoDB takes a while to make a table.
#[tokio::test]
async fn a_table_is_awaited_until_it_answers() {
    let test_store = test_store().await;
    for (code, refusals, is_made) in [("ResourceNotFoundException", 3, true), ("AccessDeniedException", 1, false)] {
        let mut left = refusals;
        let proxy = Proxy::start(move |call| {
            if call.operation != "Scan" || left == 0 {
                return Interference::Made;
            }
            left -= 1;
            let says = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no"});
            Interference::Answered(400, says.to_string())
        });
        let created = test_store.through(&proxy.await.url).create_tables().await;
        assert_eq!(created.is_ok(), is_made, "{code}: {created:?}");
    }
}

#[tokio::test]
async fn an_inspection_tells_what_dynamodb_says_of_rows_that_end_and_of_backups() {
    let test_store = test_store().await;
    for (ttl, attribute, recovery, expected) in [
        ("ENABLED", "ttl", "ENABLED", (true, true)),
        ("ENABLED", "another", "DISABLED", (false, false)),
        ("DISABLED", "ttl", "ENABLED", (false, true)),
    ] {
        let proxy = Proxy::start(move |call| {
            let ttl = json!({"TimeToLiveDescription": {"TimeToLiveStatus": ttl, "AttributeName": attribute}});
            let recovery = json!({"PointInTimeRecoveryStatus": recovery});
            let backups = json!({"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery});
            match call.operation.as_str() {
                "DescribeTimeToLive" => Interference::Answered(200, ttl.to_string()),
                "DescribeContinuousBackups" => {
                    Interference::Answered(200, json!({"ContinuousBackupsDescription": backups}).to_string())
                }
                _ => Interference::Made,
            }
        });
        let found = test_store.through(&proxy.await.url).inspect().await.unwrap().remove(1).found.unwrap();
        assert_eq!((found.has_ttl, found.is_recoverable), (Ok(expected.0), Ok(expected.1)), "{ttl} {attribute}");
    }
    let refused = json!({"__type": "com.amazonaws.dynamodb.v20120810#AccessDeniedException", "message": "no"});
    let proxy = Proxy::start(move |_| Interference::Answered(400, refused.to_string())).await;
    assert!(test_store.through(&proxy.url).inspect().await.is_err(), "a table that cannot be seen may be there");
}

type Keys = Vec<(String, KeyType)>;

fn indexes(table: &TableDescription) -> Vec<(String, Keys, Vec<String>)> {
    let mut indexes = Vec::new();
    for index in table.global_secondary_indexes() {
        let projection = index.projection().unwrap();
        assert_eq!(projection.projection_type(), Some(&ProjectionType::Include));
        indexes.push((
            index.index_name().unwrap().to_owned(),
            keys(index.key_schema()),
            projection.non_key_attributes().to_vec(),
        ));
    }
    indexes
}

fn keys(schema: &[KeySchemaElement]) -> Keys {
    schema.iter().map(|key| (key.attribute_name().to_owned(), key.key_type().clone())).collect()
}
