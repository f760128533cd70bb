//! `GET /openapi.json`: what it says of every endpoint and of every failure is what they answer.

use crate::app::{PASSWORD, TestApp};
use api::{Endpoint, Problem};
use serde_json::{Value, json};
use settings::Settings;
use std::collections::BTreeSet;
use tests::wire::{Answer, Request};

/// One row of the list of endpoints, and what the endpoint says of itself.
struct Row {
    path: &'static str,
    allow: &'static str,
    guarded: bool,
}

/// The row of an endpoint that the default settings offer.
fn row<E: Endpoint>(path: &'static str, settings: &Settings) -> Option<Row> {
    E::is_offered(settings).then_some(Row { path, allow: E::VIEW.allow, guarded: E::VIEW.guard == api::Guard::Bearer })
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        fn rows() -> Vec<Row> {
            let settings = Settings::read(|_| None).unwrap();
            [$(row::<api::$name>($path, &settings)),+].into_iter().flatten().collect()
        }
    };
}
api::endpoints!(rows);

fn page() -> Value {
    serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap()
}

/// The path as the page has it: with a slash at its end, unless it names a file.
fn described(row: &Row) -> String {
    if row.path.starts_with("/.well-known/") { row.path.to_owned() } else { format!("{}/", row.path) }
}

/// What a `$ref` of the page points to, or the value itself.
fn resolved<'p>(page: &'p Value, value: &'p Value) -> &'p Value {
    match value["$ref"].as_str() {
        Some(pointer) => page.pointer(pointer.trim_start_matches('#')).unwrap_or_else(|| panic!("no {pointer}")),
        None => value,
    }
}

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn operations(page: &Value) -> Vec<(String, String, &Value)> {
    let paths = page["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(|(method, does)| (path.clone(), method.to_uppercase(), does))
        })
        .collect()
}

#[tokio::test]
async fn is_served_and_nothing_but_read() {
    let app = TestApp::plain().await;
    let answer = app.send(Request::new("GET", "/openapi.json")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!((answer.json(), &answer.json()["openapi"]), (page(), &json!("3.1.0")));
    assert!(app.send(Request::new("HEAD", "/openapi.json")).await.body.is_empty());
    assert_eq!(app.send(Request::new("POST", "/openapi.json")).await.status, 404);
}

#[test]
fn names_every_endpoint_with_every_method_and_no_other() {
    let page = page();
    let ours: BTreeSet<String> = rows()
        .iter()
        .flat_map(|row| {
            let methods = row.allow.split(", ").filter(|method| !["HEAD", "OPTIONS"].contains(method));
            methods.map(|method| format!("{method} {}", described(row))).collect::<Vec<_>>()
        })
        .collect();
    let its: BTreeSet<String> = operations(&page).iter().map(|(path, method, _)| format!("{method} {path}")).collect();
    assert_eq!(ours, its);
}

#[test]
fn asks_for_a_token_where_the_endpoint_does() {
    let page = page();
    for row in rows() {
        for (method, does) in page["paths"][described(&row)].as_object().unwrap() {
            let asked = does["security"] == json!([{"accessToken": []}]);
            assert_eq!(asked, row.guarded, "{method} {}", row.path);
            assert!(asked || does["security"] == json!([]), "{method} {}", row.path);
        }
    }
    assert_eq!(page["components"]["securitySchemes"]["accessToken"]["scheme"], "bearer");
}

#[tokio::test]
async fn names_every_field_that_a_form_has() {
    let (page, app) = (page(), TestApp::plain().await);
    let (_, access) = app.log_in().await;
    let (mut forms, mut bodies) = (0, 0);
    for row in rows() {
        let asked = Request::new("OPTIONS", row.path).header("Authorization", format!("Bearer {access}"));
        let actions = app.send(asked).await.json()["actions"].clone();
        for method in ["POST", "PUT"] {
            let does = &page["paths"][described(&row)][method.to_lowercase()];
            let fields = &actions[method];
            bodies += usize::from(does["requestBody"].is_object());
            if fields.is_object() {
                forms += 1;
                is_form(&page, does, fields, row.path);
            }
        }
    }
    assert!(forms == bodies && forms > 6, "{forms} forms, {bodies} bodies");
}

fn is_form(page: &Value, does: &Value, fields: &Value, path: &str) {
    let these = |flag: &str, on: bool| -> BTreeSet<String> {
        names(fields).into_iter().filter(|name| fields[name][flag] == on).collect()
    };
    let media = &does["requestBody"]["content"];
    assert_eq!(names(media).len(), 3, "JSON, form and multipart: {path}");
    for content in media.as_object().unwrap().values() {
        let schema = resolved(page, &content["schema"]);
        assert_eq!(names(&schema["properties"]), these("read_only", false), "{path}");
        let required = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        assert_eq!(required.collect::<BTreeSet<_>>(), these("required", true), "{path}");
        assert_eq!(names(&content["example"]), these("read_only", false), "{path}");
    }
    let reply = resolved(page, &does["responses"]["200"]["content"]["application/json"]["schema"]);
    assert!(names(&reply["properties"]).is_superset(&these("read_only", true)), "{path}");
}

#[test]
fn says_which_failures_every_operation_has() {
    let page = page();
    for (path, method, does) in operations(&page) {
        let mut expected = vec!["503"];
        if !path.starts_with("/.well-known/") {
            expected.push("406");
        }
        if !does["requestBody"].is_null() {
            expected.extend(["400", "401", "408", "413", "415"]);
        }
        if does["security"] != json!([]) {
            expected.push("401");
        }
        if names(&does["requestBody"]["content"]["application/json"]["example"])
            .iter()
            .any(|name| name.contains("password"))
        {
            expected.push("429");
        }
        let said = names(&does["responses"]);
        let missing: Vec<_> = expected.iter().filter(|status| !said.contains(**status)).collect();
        assert!(missing.is_empty(), "{method} {path} does not say {missing:?}");
    }
}

/// One of each failure that the endpoints of the page have.
fn every_problem() -> Vec<Problem> {
    let token = || token::Error::Expired;
    vec![
        Problem::BadAuthorizationHeader,
        Problem::Blacklisted,
        Problem::BlacklistedAtVerify,
        Problem::BodyTooLarge,
        Problem::Fields(vec![("username".to_owned(), "This field is required.".to_owned())]),
        Problem::FormParse("x".to_owned()),
        Problem::InvalidCursor,
        Problem::JsonParse("x".to_owned()),
        Problem::MethodNotAllowed("PUT".to_owned()),
        Problem::NoActiveAccount,
        Problem::NoActiveAccountForToken,
        Problem::NoData,
        Problem::NoUserIdentification,
        Problem::NotAcceptable,
        Problem::NotADictionary("list"),
        Problem::NotAuthenticated,
        Problem::NotFound,
        Problem::PasswordChanged,
        Problem::PasswordChangedAtRefresh,
        Problem::Throttled(60),
        Problem::Token(token()),
        Problem::TokenForAnyClass(vec![("AccessToken", "access", token().to_string())]),
        Problem::TooSlow,
        Problem::Unavailable("x".to_owned()),
        Problem::UnsupportedCharset("x".to_owned()),
        Problem::UnsupportedMediaType("x".to_owned()),
        Problem::UserInactive,
        Problem::UserNotFound,
    ]
}

/// Whether a failure is on the list above. A new one does not compile here until it has a place.
fn is_listed(problem: &Problem) -> bool {
    match problem {
        // Those of OAuth, which OAUTH_CLIENTS switches on; RFC 6749 describes them.
        Problem::InvalidClient | Problem::InvalidRequest | Problem::UnsupportedTokenType => false,
        // That of events that no gateway makes of a client's request.
        Problem::Malformed => false,
        // That of cookies, which AUTH_COOKIE switches on.
        Problem::SeveralTokens => false,
        // Those of the packages before Simple JWT and of djoser, which LEGACY and ACCOUNTS switch on.
        Problem::NoRefreshToken | Problem::NotLoggedOut(_) => false,
        Problem::Words(_) | Problem::Forbidden(_) | Problem::LegacyRefused(_) | Problem::LegacyUnauthenticated(_) => {
            false
        }
        // Those of the operator's page, which no API has.
        Problem::OperatorUnavailable(_) | Problem::OperatorUnfit(_) | Problem::OperatorUnknown(_) => false,
        Problem::BadAuthorizationHeader
        | Problem::Blacklisted
        | Problem::BlacklistedAtVerify
        | Problem::BodyTooLarge
        | Problem::Fields(_)
        | Problem::FormParse(_)
        | Problem::InvalidCursor
        | Problem::JsonParse(_)
        | Problem::MethodNotAllowed(_)
        | Problem::NoActiveAccount
        | Problem::NoActiveAccountForToken
        | Problem::NoData
        | Problem::NoUserIdentification
        | Problem::NotAcceptable
        | Problem::NotADictionary(_)
        | Problem::NotAuthenticated
        | Problem::NotFound
        | Problem::PasswordChanged
        | Problem::PasswordChangedAtRefresh
        | Problem::Throttled(_)
        | Problem::Token(_)
        | Problem::TokenForAnyClass(_)
        | Problem::TooSlow
        | Problem::Unavailable(_)
        | Problem::UnsupportedCharset(_)
        | Problem::UnsupportedMediaType(_)
        | Problem::UserInactive
        | Problem::UserNotFound => true,
    }
}

#[test]
fn describes_the_body_of_every_failure() {
    let page = page();
    let responses = page["components"]["responses"].as_object().unwrap();
    for problem in every_problem() {
        assert!(is_listed(&problem));
        let (status, body) = (problem.status().as_u16(), problem.body());
        let name = response_of(status);
        let response = responses.get(name).unwrap_or_else(|| panic!("no response {name} for {status}"));
        let schema = &response["content"]["application/json"]["schema"];
        conforms(&page, schema, &body).unwrap_or_else(|fault| panic!("{name}: {fault} in {body}"));
        assert_eq!(
            problem.retry_after().is_some(),
            !response["headers"]["Retry-After"].is_null(),
            "{name}: Retry-After"
        );
    }
}

fn response_of(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "TooSlow",
        413 => "BodyTooLarge",
        415 => "UnsupportedMediaType",
        429 => "Throttled",
        503 => "Unavailable",
        other => panic!("no response has {other}: describe it in docs/openapi.json"),
    }
}

#[test]
fn gives_examples_that_fit() {
    let page = page();
    for (path, method, does) in operations(&page) {
        let takes = does["requestBody"]["content"].as_object().into_iter().flatten();
        let replies = does["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        let replies = replies.flat_map(|(_, reply)| reply["content"].as_object().into_iter().flatten());
        for (_, content) in takes.chain(replies) {
            let outcome = conforms(&page, &content["schema"], &content["example"]);
            outcome.unwrap_or_else(|fault| panic!("{method} {path}: {fault}"));
        }
    }
    for (name, response) in page["components"]["responses"].as_object().unwrap() {
        let content = &response["content"]["application/json"];
        for example in content["examples"].as_object().unwrap_or_else(|| panic!("{name}")).values() {
            conforms(&page, &content["schema"], &example["value"]).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        }
    }
}

#[tokio::test]
async fn is_what_is_answered() {
    let app = TestApp::with(&[("ROTATE_REFRESH_TOKENS", "true"), ("ISSUER", "https://auth.example.com")]).await;
    let (refresh, access) = app.log_in().await;
    let credentials = json!({"username": "alice", "password": PASSWORD});
    let sliding = app.post("/api/token/sliding/", credentials.clone()).await;
    let token = sliding.json()["token"].clone();
    let asking = |method: &str, path: &str, body: Value| {
        let request = Request::new(method, path).header("Authorization", format!("Bearer {access}"));
        if body.is_null() { request } else { request.header("Content-Type", "application/json").body(body.to_string()) }
    };
    let first = app.send(asking("POST", "/api/organizations/", json!({"name": "First"}))).await.json();
    let acme = format!("/api/organizations/{}/", first["data"]["id"].as_str().unwrap());
    let (listed, deleted) = (Request::bearer("/api/sessions/", &access), Request::new("DELETE", "/api/sessions/"));
    let answers = [
        ("POST /api/token/", app.post("/api/token/", credentials).await),
        ("POST /api/token/refresh/", app.refresh(&refresh).await),
        ("POST /api/token/verify/", app.post("/api/token/verify/", json!({"token": access})).await),
        ("POST /api/token/sliding/", sliding),
        ("POST /api/token/sliding/refresh/", app.post("/api/token/sliding/refresh/", json!({"token": token})).await),
        ("GET /api/hello/", app.hello(&access).await),
        ("GET /api/user/", app.send(Request::bearer("/api/user/", &access)).await),
        ("GET /api/sessions/", app.send(listed).await),
        ("GET /.well-known/jwks.json", app.send(Request::new("GET", "/.well-known/jwks.json")).await),
        ("POST /api/organizations/", app.send(asking("POST", "/api/organizations/", json!({"name": "Acme"}))).await),
        ("POST /api/organizations/", app.send(asking("POST", "/api/organizations/", json!({"name": "Acme"}))).await),
        ("GET /api/organizations/", app.send(asking("GET", "/api/organizations/", Value::Null)).await),
        ("GET /api/organizations/", app.send(asking("GET", "/api/organizations/?cursor=x", Value::Null)).await),
        ("GET /api/organizations/{id}/", app.send(asking("GET", &acme, Value::Null)).await),
        ("PUT /api/organizations/{id}/", app.send(asking("PUT", &acme, json!({"name": "Apex"}))).await),
        ("PATCH /api/organizations/{id}/", app.send(asking("PATCH", &acme, json!({"name": ""}))).await),
        ("DELETE /api/organizations/{id}/", app.send(asking("DELETE", &acme, Value::Null)).await),
        ("DELETE /api/organizations/{id}/", app.send(asking("DELETE", &acme, Value::Null)).await),
        ("DELETE /api/sessions/", app.send(deleted.header("Authorization", format!("Bearer {access}"))).await),
        ("POST /api/token/blacklist/", app.post("/api/token/blacklist/", json!({"refresh": refresh})).await),
        ("GET /api/hello/", app.hello("x").await),
        ("POST /api/token/", app.post("/api/token/", json!({})).await),
    ];
    let page = page();
    for (operation, answer) in answers {
        is_described(&page, operation, &answer);
    }
}

/// Whether the page has this status for the operation, and the body is of its schema, with no member that it does not name.
fn is_described(page: &Value, operation: &str, answer: &Answer) {
    let (method, path) = operation.split_once(' ').unwrap();
    let does = &page["paths"][path][method.to_lowercase()];
    let response = resolved(page, &does["responses"][answer.status.to_string()]);
    assert!(response.is_object(), "{operation} does not say {}: {}", answer.status, answer.text());
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        return assert_eq!(answer.text(), "", "{operation}");
    }
    conforms(page, schema, &answer.json()).unwrap_or_else(|fault| panic!("{operation}: {fault} in {}", answer.text()));
    let known = names(&resolved(page, schema)["properties"]);
    let unknown: Vec<String> = names(&answer.json()).into_iter().filter(|name| !known.contains(name)).collect();
    assert!(known.is_empty() || unknown.is_empty(), "{operation}: {unknown:?} is not described");
}

/// The part of JSON Schema that the page is written in, but for patterns and formats: schemathesis knows it all.
fn conforms(page: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolved(page, schema);
    if let Some(any) = schema["anyOf"].as_array() {
        return any.iter().map(|one| conforms(page, one, value)).find(Result::is_ok).unwrap_or(Err("no form".into()));
    }
    is_typed(schema, value)?;
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        return Err(format!("{value} is unknown"));
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(name) = required.into_iter().find(|name| value.get(name).is_none()) {
        return Err(format!("{name} is missing"));
    }
    for item in value.as_array().into_iter().flatten() {
        conforms(page, &schema["items"], item)?;
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let known = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        conforms(page, known, member).map_err(|fault| format!("{name}: {fault}"))?;
    }
    Ok(())
}

fn is_typed(schema: &Value, value: &Value) -> Result<(), String> {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let typed = schema["type"].is_null() || schema["type"] == kind;
    let listed = schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)));
    if typed || listed { Ok(()) } else { Err(format!("{value} is not {}", schema["type"])) }
}

#[test]
fn a_value_that_does_not_fit_is_told() {
    let page = page();
    let schema = json!({"$ref": "#/components/schemas/Session"});
    assert!(conforms(&page, &schema, &json!({})).unwrap_err().contains("is missing"));
    let refusal = json!({"$ref": "#/components/schemas/Refusal"});
    assert!(conforms(&page, &refusal, &json!({"detail": 1})).unwrap_err().contains("is not"));
    assert!(conforms(&page, &refusal, &json!({"detail": "x", "code": "y"})).unwrap_err().contains("unknown"));
}
