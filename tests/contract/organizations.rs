//! `GET /api/organizations/` and `POST /api/organizations/`

use crate::app::{NOT_PROVIDED, PASSWORD, TestApp, text};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

const TAKEN: &str = r#"{"name":["organization with this name already exists."]}"#;

fn adding(token: &str, body: &Value) -> Request {
    Request::json("/api/organizations/", body).header("Authorization", format!("Bearer {token}"))
}

async fn add(stage: &TestApp, token: &str, body: Value) -> Answer {
    stage.send(adding(token, &body)).await
}

async fn list(stage: &TestApp, token: &str, query: &str) -> Answer {
    stage.send(Request::bearer(&format!("/api/organizations/{query}"), token)).await
}

fn names(answer: &Answer) -> Vec<String> {
    let results = answer.json()["results"].as_array().unwrap().clone();
    results.iter().map(|result| result["name"].as_str().unwrap().to_owned()).collect()
}

/// Stages with alice's access token, and bob's.
async fn two() -> (TestApp, String, String) {
    let stage = TestApp::plain().await;
    stage.service.store.set_active("2", true, None).await.unwrap();
    let (_, alice) = stage.log_in().await;
    let bob = stage.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    (stage, alice, text(&bob, "access"))
}

#[tokio::test]
async fn says_that_one_was_added() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let answer = add(&stage, &access, json!({"name": " Acme ", "description": "Rockets"})).await;
    let (id, at) = (answer.json()["data"]["id"].clone(), answer.json()["data"]["created_at"].clone());
    let expected = format!(
        r#"{{"status":true,"message":"Organization Added !","data":{{"id":{id},"name":"Acme","description":"Rockets","created_at":{at},"updated_at":{at}}}}}"#
    );
    assert_eq!((answer.status, answer.text()), (201, expected));
    assert_eq!(answer.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
}

#[tokio::test]
async fn lists_without_counting() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    assert_eq!(list(&stage, &access, "").await.text(), r#"{"next":null,"results":[]}"#);
    let added = add(&stage, &access, json!({"name": "Acme"})).await.json()["data"].clone();
    let answer = list(&stage, &access, "").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"next": null, "results": [added]})));
    assert_eq!(added["description"], "");
}

#[tokio::test]
async fn goes_from_page_to_page_until_it_has_shown_each_once() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    for number in 0..7 {
        assert_eq!(add(&stage, &access, json!({"name": format!("Company {number}")})).await.status, 201);
    }
    let (mut query, mut seen, mut sizes) = ("?page_size=3".to_owned(), Vec::new(), Vec::new());
    loop {
        let answer = list(&stage, &access, &query).await;
        sizes.push(names(&answer).len());
        seen.extend(names(&answer));
        let Some(next) = answer.json()["next"].as_str().map(str::to_owned) else { break };
        assert!(next.starts_with("?cursor=") && next.ends_with("&page_size=3"), "{next}");
        query = next;
    }
    seen.sort();
    assert_eq!((sizes, seen), (vec![3, 3, 1], (0..7).map(|number| format!("Company {number}")).collect()));
}

#[tokio::test]
async fn a_full_last_page_leads_nowhere() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    for name in ["a", "b"] {
        add(&stage, &access, json!({"name": name})).await;
    }
    assert_eq!(list(&stage, &access, "?page_size=2").await.json()["next"], json!(null));
}

#[tokio::test]
async fn a_page_size_that_is_none_is_the_usual_one() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    for number in 0..21 {
        add(&stage, &access, json!({"name": number.to_string()})).await;
    }
    for size in ["", "?page_size=0", "?page_size=-1", "?page_size=x"] {
        assert_eq!(names(&list(&stage, &access, size).await).len(), 20, "{size}");
    }
    assert_eq!(names(&list(&stage, &access, "?page_size=1000").await).len(), 21);
}

#[tokio::test]
async fn finds_by_name_and_by_a_part_of_it_whatever_the_case() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    for name in ["Straße 1", "Acme Rockets", "Acme Shoes", "Zenith"] {
        add(&stage, &access, json!({"name": name})).await;
    }
    let found = async |query: &str| {
        let mut names = names(&list(&stage, &access, query).await);
        names.sort();
        names
    };
    assert_eq!(found("?search=ACME").await, ["Acme Rockets", "Acme Shoes"]);
    assert_eq!(found("?search=strasse").await, ["Straße 1"]);
    assert_eq!(found("?search=organization").await, Vec::<String>::new());
    assert_eq!(found("?name=acme+rockets").await, ["Acme Rockets"]);
    assert_eq!(found("?name=acme").await, Vec::<String>::new());
    assert_eq!(found("?name=acme+rockets&search=shoes").await, Vec::<String>::new());
    let first = list(&stage, &access, "?search=acme&page_size=1").await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = list(&stage, &access, &next).await;
    let mut both = [names(&first), names(&second)].concat();
    both.sort();
    assert_eq!(both, ["Acme Rockets", "Acme Shoes"], "the search goes on with the page");
}

#[tokio::test]
async fn goes_on_from_no_other_place() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    for cursor in ["x", "%00", "0000000000000000000000000000000a", "00000000-0000-0000-0000-00000000000A"] {
        let answer = list(&stage, &access, &format!("?cursor={cursor}")).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Invalid cursor"}"#), "{cursor}");
    }
}

#[tokio::test]
async fn shows_nobody_elses() {
    let (stage, alice, bob) = two().await;
    add(&stage, &alice, json!({"name": "Acme"})).await;
    assert_eq!(list(&stage, &bob, "").await.text(), r#"{"next":null,"results":[]}"#);
    assert_eq!(list(&stage, &bob, "?name=Acme").await.text(), r#"{"next":null,"results":[]}"#);
    assert_eq!(add(&stage, &bob, json!({"name": "Acme"})).await.status, 201, "a name is its owner's");
}

#[tokio::test]
async fn nothing_in_a_request_makes_it_anothers() {
    let (stage, alice, bob) = two().await;
    let body = json!({"name": "Acme", "owner": "1", "user_id": "1", "id": "00000000-0000-0000-0000-000000000000"});
    let request = Request::json("/api/organizations/?user_id=1&owner=1", &body).header("X-User-Id", "1");
    let request = request.header("Authorization", format!("Bearer {bob}"));
    let added = stage.send(request).await;
    assert_eq!(added.status, 201);
    assert_ne!(added.json()["data"]["id"], "00000000-0000-0000-0000-000000000000");
    assert_eq!(names(&list(&stage, &alice, "").await), Vec::<String>::new());
    assert_eq!(names(&list(&stage, &bob, "").await), ["Acme"]);
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    assert_eq!(add(&stage, &access, json!({"name": "Straße"})).await.status, 201);
    for name in ["Straße", "STRASSE", " straße "] {
        let answer = add(&stage, &access, json!({"name": name})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, TAKEN), "{name}");
    }
}

#[tokio::test]
async fn a_request_that_comes_again_adds_nothing_and_is_answered_the_same() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let request = |key: &str| adding(&access, &json!({"name": "Acme"})).header("Idempotency-Key", key);
    let first = stage.send(request("one")).await;
    let again = stage.send(request("one")).await;
    assert_eq!((first.status, again.status, first.text()), (201, 201, again.text()));
    assert_eq!(stage.send(request("two")).await.text(), TAKEN);
    assert_eq!(add(&stage, &access, json!({"name": "Acme"})).await.text(), TAKEN);
    assert_eq!(names(&list(&stage, &access, "").await), ["Acme"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_name_one_gets_it() {
    let stage = std::sync::Arc::new(TestApp::plain().await);
    let (_, access) = stage.log_in().await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (stage, access) = (std::sync::Arc::clone(&stage), access.clone());
            tokio::spawn(async move { add(&stage, &access, json!({"name": "Acme"})).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.unwrap());
    }
    statuses.sort();
    assert_eq!(statuses, [[201].as_slice(), &[400; 15]].concat());
    assert_eq!(names(&list(&stage, &access, "").await), ["Acme"]);
}

#[tokio::test]
async fn tells_every_fault_in_the_words_of_django_rest_framework() {
    let stage = TestApp::plain().await;
    let (_, access) = stage.log_in().await;
    let long = "ü".repeat(201);
    let cases = [
        (json!({}), r#"{"name":["This field is required."]}"#),
        (json!({"name": " "}), r#"{"name":["This field may not be blank."]}"#),
        (json!({"name": null}), r#"{"name":["This field may not be null."]}"#),
        (json!({"name": ["x"]}), r#"{"name":["Not a valid string."]}"#),
        (json!({"name": "a\0b"}), r#"{"name":["Null characters are not allowed."]}"#),
        (
            json!({"name": long, "description": long}),
            concat!(
                r#"{"name":["Ensure this field has no more than 100 characters."],"#,
                r#""description":["Ensure this field has no more than 200 characters."]}"#
            ),
        ),
        (json!({"name": "x", "description": null}), r#"{"description":["This field may not be null."]}"#),
    ];
    for (body, expected) in cases {
        let answer = add(&stage, &access, body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, expected));
    }
    let long = "ü".repeat(100);
    assert_eq!(add(&stage, &access, json!({"name": long, "description": long.repeat(2)})).await.status, 201);
}

#[tokio::test]
async fn asks_who_it_is() {
    let stage = TestApp::plain().await;
    for request in [Request::new("GET", "/api/organizations/"), Request::json("/api/organizations/", &json!({}))] {
        assert_eq!(stage.send(request).await.text(), NOT_PROVIDED);
    }
    let (_, access) = stage.log_in().await;
    let put = Request::new("PUT", "/api/organizations/").header("Authorization", format!("Bearer {access}"));
    assert_eq!(stage.send(put).await.status, 405);
}
