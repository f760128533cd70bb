//! Organizations: one owner's, found, changed and deleted, whatever becomes of an answer. All tests share one table, as
//! owners do.

use crate::{
    proxy::{Interference, Proxy},
    test_store::{NOW, TestStore, test_store},
};
use serde_json::json;
use store::{Added, Change, Edited, Listing, Organization, Store};

fn organization(number: usize, name: &str) -> Organization {
    Organization {
        id: format!("00000000-0000-7000-8000-{number:012}"),
        name: name.to_owned(),
        description: String::new(),
        created_at: NOW,
        updated_at: NOW,
        generation: 0,
    }
}

fn named(name: &str) -> Change {
    Change { name: Some(name.to_owned()), description: None }
}

fn wanted<'a>(search: &'a str, limit: usize, after: Option<&'a str>) -> Listing<'a> {
    Listing { after, limit, search }
}

async fn names(store: &Store, owner: &str, listing: Listing<'_>) -> (Vec<String>, Option<String>) {
    let listed = store.organizations_of(owner, &listing).await.unwrap();
    (listed.organizations.into_iter().map(|organization| organization.name).collect(), listed.next)
}

/// A store whose every second write loses its answer.
async fn losing() -> (TestStore, Store) {
    let test_store = test_store().await;
    let mut lost = false;
    let proxy = Proxy::start(move |call| {
        lost = !lost && call.operation == "TransactWriteItems";
        if lost { Interference::Lost } else { Interference::Made }
    });
    let store = test_store.through(&proxy.await.url);
    (test_store, store)
}

#[tokio::test]
async fn dd_06_what_was_done_is_done_though_its_answer_is_lost() {
    let (_ground, store) = losing().await;
    let new = organization(1, "Acme");
    assert_eq!(store.add_organization("lost", &new, None).await, Ok(Added::Added));
    let changed = Organization { name: "Apex".to_owned(), updated_at: NOW + 5, generation: 1, ..new.clone() };
    let edited = store.edit_organization("lost", &new.id, &named("Apex"), NOW + 5).await;
    assert_eq!(edited, Ok(Edited::Edited(changed)));
    assert_eq!(store.organization_named("lost", "acme").await, Ok(None), "the old name is free");
    assert_eq!(store.delete_organization("lost", &new.id).await, Ok(true));
    assert_eq!(store.delete_organization("lost", &new.id).await, Ok(false));
    assert_eq!(store.organization_named("lost", "apex").await, Ok(None));
}

#[tokio::test]
async fn a_search_reads_on_until_its_page_is_full() {
    let test_store = test_store().await;
    for number in 0..250 {
        let name = if number % 100 == 99 { format!("Rare {number}") } else { format!("Common {number}") };
        test_store.store.add_organization("many", &organization(number, &name), None).await.unwrap();
    }
    let proxy = Proxy::start(|_| Interference::Made).await;
    let store = test_store.through(&proxy.url);
    assert_eq!(names(&store, "many", wanted("RARE", 20, None)).await.0, ["Rare 99", "Rare 199"]);
    assert_eq!(proxy.acts(), ["Query", "Query", "Query"]);
    let (first, next) = names(&store, "many", wanted("rare", 1, None)).await;
    assert_eq!((first, next.as_deref()), (vec!["Rare 99".to_owned()], Some("00000000-0000-7000-8000-000000000099")));
    assert_eq!(names(&store, "many", wanted("rare", 1, next.as_deref())).await.0, ["Rare 199"]);
    assert!(proxy.take().iter().all(|call| call.body["ConsistentRead"] == true));
    let (page, _) = names(&store, "many", wanted("", 100, None)).await;
    assert_eq!((page.len(), proxy.acts().len()), (100, 1));
}

/// Ten times a hundred rows, and the answer is what was found so far, with the place to go on.
#[tokio::test]
async fn a_search_that_finds_nothing_says_where_it_stopped() {
    let test_store = test_store().await;
    let proxy = Proxy::start(|call| {
        let row = json!({"pk": {"S": "owner#endless"}, "sk": call.body["ExclusiveStartKey"]["sk"]});
        let next = if row["sk"].is_null() { json!({"S": "organization#0"}) } else { row["sk"].clone() };
        let key = json!({"pk": {"S": "owner#endless"}, "sk": next});
        Interference::Answered(
            200,
            json!({"Items": [], "Count": 0, "ScannedCount": 100, "LastEvaluatedKey": key}).to_string(),
        )
    });
    let proxy = proxy.await;
    let (found, next) = names(&test_store.through(&proxy.url), "endless", wanted("x", 20, None)).await;
    assert_eq!((found.len(), next.as_deref(), proxy.acts().len()), (0, Some("0"), 10));
}

#[tokio::test]
async fn an_owner_whose_name_is_long_or_odd_is_no_other() {
    let test_store = test_store().await;
    let owners = ["a#b".to_owned(), "a".to_owned(), "x".repeat(1_024), "x".repeat(1_023)];
    for (number, owner) in owners.iter().enumerate() {
        let name = format!("Company {number}");
        test_store.store.add_organization(owner, &organization(7, &name), None).await.unwrap();
    }
    for (number, owner) in owners.iter().enumerate() {
        let found = names(&test_store.store, owner, wanted("", 20, None)).await.0;
        assert_eq!(found, [format!("Company {number}")], "{owner}");
    }
}

#[tokio::test]
async fn a_change_that_meets_another_is_made_after_it() {
    let test_store = test_store().await;
    let new = organization(1, "Acme");
    assert_eq!(test_store.store.add_organization("meeting", &new, None).await, Ok(Added::Added));
    let refused = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}, {"Code": "None"}],
    });
    let mut is_first = true;
    let proxy = Proxy::start(move |call| {
        let is_refused = call.operation == "TransactWriteItems" && std::mem::take(&mut is_first);
        if is_refused { Interference::Answered(400, refused.to_string()) } else { Interference::Made }
    });
    let store = test_store.through(&proxy.await.url);
    let edited = store.edit_organization("meeting", &new.id, &named("Apex"), NOW).await;
    assert!(matches!(edited, Ok(Edited::Edited(after)) if after.name == "Apex"));
}
