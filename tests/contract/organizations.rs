//! `GET /api/organizations/` and `POST /api/organizations/`

use crate::app::{NOT_PROVIDED, PASSWORD, TestApp, text};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

const TAKEN: &str = r#"{"name":["organization with this name already exists."]}"#;

fn adding(token: &str, body: &Value) -> Request {
    Request::json("/api/organizations/", body).header("Authorization", format!("Bearer {token}"))
}

async fn add(app: &TestApp, token: &str, body: Value) -> Answer {
    app.send(adding(token, &body)).await
}

async fn list(app: &TestApp, token: &str, query: &str) -> Answer {
    app.send(Request::bearer(&format!("/api/organizations/{query}"), token)).await
}

fn names(answer: &Answer) -> Vec<String> {
    let results = answer.json()["results"].as_array().unwrap().clone();
    results.iter().map(|result| result["name"].as_str().unwrap().to_owned()).collect()
}

/// Stages with alice's access token, and bob's.
async fn two() -> (TestApp, String, String) {
    let app = TestApp::plain().await;
    app.service.store.set_active("2", true, None).await.unwrap();
    let (_, alice) = app.log_in().await;
    let bob = app.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    (app, alice, text(&bob, "access"))
}

#[tokio::test]
async fn says_that_one_was_added() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = add(&app, &access, json!({"name": " Acme ", "description": "Rockets"})).await;
    let (id, at) = (answer.json()["data"]["id"].clone(), answer.json()["data"]["created_at"].clone());
    let expected = format!(
        r#"{{"status":true,"message":"Organization Added !","data":{{"id":{id},"name":"Acme","description":"Rockets","created_at":{at},"updated_at":{at}}}}}"#
    );
    assert_eq!((answer.status, answer.text()), (201, expected));
    assert_eq!(answer.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
}

#[tokio::test]
async fn lists_without_counting() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    assert_eq!(list(&app, &access, "").await.text(), r#"{"next":null,"results":[]}"#);
    let added = add(&app, &access, json!({"name": "Acme"})).await.json()["data"].clone();
    let answer = list(&app, &access, "").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"next": null, "results": [added]})));
    assert_eq!(added["description"], "");
}

#[tokio::test]
async fn goes_from_page_to_page_until_it_has_shown_each_once() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for number in 0..7 {
        assert_eq!(add(&app, &access, json!({"name": format!("Company {number}")})).await.status, 201);
    }
    let (mut query, mut seen, mut sizes) = ("?page_size=3".to_owned(), Vec::new(), Vec::new());
    loop {
        let answer = list(&app, &access, &query).await;
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
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for name in ["a", "b"] {
        add(&app, &access, json!({"name": name})).await;
    }
    assert_eq!(list(&app, &access, "?page_size=2").await.json()["next"], json!(null));
}

#[tokio::test]
async fn a_page_size_that_is_none_is_the_usual_one() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for number in 0..21 {
        add(&app, &access, json!({"name": number.to_string()})).await;
    }
    for size in ["", "?page_size=0", "?page_size=-1", "?page_size=x"] {
        assert_eq!(names(&list(&app, &access, size).await).len(), 20, "{size}");
    }
    assert_eq!(names(&list(&app, &access, "?page_size=1000").await).len(), 21);
}

#[tokio::test]
async fn finds_by_name_and_by_a_part_of_it_whatever_the_case() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for name in ["Straße 1", "Acme Rockets", "Acme Shoes", "Zenith"] {
        add(&app, &access, json!({"name": name})).await;
    }
    let found = async |query: &str| {
        let mut names = names(&list(&app, &access, query).await);
        names.sort();
        names
    };
    assert_eq!(found("?search=ACME").await, ["Acme Rockets", "Acme Shoes"]);
    assert_eq!(found("?search=strasse").await, ["Straße 1"]);
    assert_eq!(found("?search=organization").await, Vec::<String>::new());
    assert_eq!(found("?name=acme+rockets").await, ["Acme Rockets"]);
    assert_eq!(found("?name=acme").await, Vec::<String>::new());
    assert_eq!(found("?name=acme+rockets&search=shoes").await, Vec::<String>::new());
    let first = list(&app, &access, "?search=acme&page_size=1").await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = list(&app, &access, &next).await;
    let mut both = [names(&first), names(&second)].concat();
    both.sort();
    assert_eq!(both, ["Acme Rockets", "Acme Shoes"], "the search goes on with the page");
}

#[tokio::test]
async fn goes_on_from_no_other_place() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    for cursor in ["x", "%00", "0000000000000000000000000000000a", "00000000-0000-0000-0000-00000000000A"] {
        let answer = list(&app, &access, &format!("?cursor={cursor}")).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Invalid cursor"}"#), "{cursor}");
    }
}

#[tokio::test]
async fn shows_nobody_elses() {
    let (app, alice, bob) = two().await;
    add(&app, &alice, json!({"name": "Acme"})).await;
    assert_eq!(list(&app, &bob, "").await.text(), r#"{"next":null,"results":[]}"#);
    assert_eq!(list(&app, &bob, "?name=Acme").await.text(), r#"{"next":null,"results":[]}"#);
    assert_eq!(add(&app, &bob, json!({"name": "Acme"})).await.status, 201, "a name is its owner's");
}

#[tokio::test]
async fn nothing_in_a_request_makes_it_anothers() {
    let (app, alice, bob) = two().await;
    let body = json!({"name": "Acme", "owner": "1", "user_id": "1", "id": "00000000-0000-0000-0000-000000000000"});
    let request = Request::json("/api/organizations/?user_id=1&owner=1", &body).header("X-User-Id", "1");
    let request = request.header("Authorization", format!("Bearer {bob}"));
    let added = app.send(request).await;
    assert_eq!(added.status, 201);
    assert_ne!(added.json()["data"]["id"], "00000000-0000-0000-0000-000000000000");
    assert_eq!(names(&list(&app, &alice, "").await), Vec::<String>::new());
    assert_eq!(names(&list(&app, &bob, "").await), ["Acme"]);
}

#[tokio::test]
async fn a_name_is_taken_whatever_its_case() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    assert_eq!(add(&app, &access, json!({"name": "Straße"})).await.status, 201);
    for name in ["Straße", "STRASSE", " straße "] {
        let answer = add(&app, &access, json!({"name": name})).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, TAKEN), "{name}");
    }
}

#[tokio::test]
async fn a_request_that_comes_again_adds_nothing_and_is_answered_the_same() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let request = |key: &str| adding(&access, &json!({"name": "Acme"})).header("Idempotency-Key", key);
    let first = app.send(request("one")).await;
    let again = app.send(request("one")).await;
    assert_eq!((first.status, again.status, first.text()), (201, 201, again.text()));
    assert_eq!(app.send(request("two")).await.text(), TAKEN);
    assert_eq!(add(&app, &access, json!({"name": "Acme"})).await.text(), TAKEN);
    assert_eq!(names(&list(&app, &access, "").await), ["Acme"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_name_one_gets_it() {
    let app = std::sync::Arc::new(TestApp::plain().await);
    let (_, access) = app.log_in().await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (app, access) = (std::sync::Arc::clone(&app), access.clone());
            tokio::spawn(async move { add(&app, &access, json!({"name": "Acme"})).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.unwrap());
    }
    statuses.sort();
    assert_eq!(statuses, [[201].as_slice(), &[400; 15]].concat());
    assert_eq!(names(&list(&app, &access, "").await), ["Acme"]);
}

#[tokio::test]
async fn tells_every_fault_in_the_words_of_django_rest_framework() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
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
        let answer = add(&app, &access, body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, expected));
    }
    let long = "ü".repeat(100);
    assert_eq!(add(&app, &access, json!({"name": long, "description": long.repeat(2)})).await.status, 201);
}

#[tokio::test]
async fn asks_who_it_is() {
    let app = TestApp::plain().await;
    for request in [Request::new("GET", "/api/organizations/"), Request::json("/api/organizations/", &json!({}))] {
        assert_eq!(app.send(request).await.text(), NOT_PROVIDED);
    }
    let (_, access) = app.log_in().await;
    let put = Request::new("PUT", "/api/organizations/").header("Authorization", format!("Bearer {access}"));
    assert_eq!(app.send(put).await.status, 405);
}
