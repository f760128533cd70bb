//! `GET /openapi.json` with ACCOUNTS, LEGACY and OAUTH_CLIENTS: what it says of the endpoints that these add is what they are.

use crate::app::{PASSWORD, TestApp, text, user};
use api::{Endpoint, Guard};
use serde_json::{Value, json};
use settings::Settings;
use std::collections::BTreeSet;
use tests::wire::Request;

const SETTINGS: [(&str, &str); 6] = [
    ("ACCOUNTS", "djoser"),
    ("ACCOUNTS", "dj-rest-auth"),
    ("ACCOUNTS", "djoser,dj-rest-auth"),
    ("LEGACY", "jwt"),
    ("LEGACY", "drf-jwt"),
    ("OAUTH_CLIENTS", "shop:0123456789abcdef"),
];

/// An endpoint that only some settings offer.
struct Row {
    path: &'static str,
    allow: &'static str,
    guard: Guard,
}

fn row<E: Endpoint>(path: &'static str, settings: &Settings, default: &Settings) -> Option<Row> {
    let is_added = E::is_offered(settings) && !E::is_offered(default);
    is_added.then_some(Row { path, allow: E::VIEW.allow, guard: E::VIEW.guard })
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        fn rows(settings: &Settings) -> Vec<Row> {
            let default = Settings::read(|_| None).unwrap();
            [$(row::<api::$name>($path, settings, &default)),+].into_iter().flatten().collect()
        }
    };
}
api::endpoints!(rows);

/// A service with this setting, the endpoints that it adds, and what it says of itself.
async fn served(setting: (&str, &str)) -> (TestApp, Vec<Row>, Value) {
    let app = TestApp::with(&[setting]).await;
    let page = app.send(Request::new("GET", "/openapi.json")).await.json();
    (app, rows(&Settings::of(&[setting]).unwrap()), page)
}

/// Every method and path that a page has.
fn operations(page: &Value) -> BTreeSet<String> {
    let paths = page["paths"].as_object().unwrap().iter();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.flat_map(of_path).collect()
}

#[tokio::test]
async fn names_every_endpoint_that_a_setting_adds_with_every_method_and_no_other() {
    let default = operations(&served(("ACCOUNTS", "off")).await.2);
    for setting in SETTINGS {
        let (_, rows, page) = served(setting).await;
        let named = |row: &Row| {
            let methods = row.allow.split(", ").filter(|method| !["HEAD", "OPTIONS"].contains(method));
            methods.map(|method| format!("{method} {}/", row.path)).collect::<Vec<_>>()
        };
        let ours: BTreeSet<String> = rows.iter().flat_map(named).collect();
        let its: BTreeSet<String> = operations(&page).difference(&default).cloned().collect();
        assert_eq!(ours, its, "{setting:?}");
        assert!(operations(&page).is_superset(&default), "{setting:?}");
    }
}

#[tokio::test]
async fn names_every_field_that_a_form_has_and_who_may_call() {
    let mut forms = Vec::new();
    for setting in &SETTINGS[2..] {
        let (app, rows, page) = served(*setting).await;
        let header = authorization(&app, setting.1).await;
        let of_setting = forms.len();
        for Row { path, guard, .. } in rows {
            let methods = page["paths"][format!("{path}/")].as_object().unwrap();
            let scheme = |does: &Value| does["security"].pointer("/0").and_then(Value::as_object).cloned();
            let needed = match guard {
                Guard::Bearer => Some(json!({"accessToken": []})),
                Guard::Legacy | Guard::LegacySuperuser => Some(json!({"legacyToken": []})),
                _ => None,
            };
            assert!(methods.values().all(|does| scheme(does).map(Value::Object) == needed), "{path}");
            let asked = Request::new("OPTIONS", path).header("Authorization", &header);
            let actions = app.send(asked).await.json()["actions"].clone();
            for method in ["POST", "PUT"].into_iter().filter(|method| actions[method].is_object()) {
                forms.push(path);
                let fields = actions[method].as_object().unwrap();
                is_form(&page, &methods[&method.to_lowercase()]["requestBody"], fields, path);
            }
        }
        let word = header.split(' ').next().unwrap();
        let schemes = &page["components"]["securitySchemes"];
        let scheme = schemes.get("legacyToken").unwrap_or(&schemes["accessToken"])["scheme"].as_str().unwrap();
        assert!(scheme.eq_ignore_ascii_case(word), "{setting:?}: {scheme}");
        println!("{setting:?}: {} forms", forms.len() - of_setting);
    }
    assert_eq!(forms.len(), 21 + 3 + 5 + 2, "no form is left out: {forms:?}");
}

/// What a superuser sends to each: a token of the package, or an access token.
async fn authorization(app: &TestApp, package: &str) -> String {
    let root = store::User { is_superuser: true, ..user("3", "root", true) };
    app.service.store.create_user(&root).await.unwrap();
    let body = json!({"username": "root", "password": PASSWORD});
    match package {
        "jwt" => format!("JWT {}", text(&app.post("/api-token-auth/", body).await, "token")),
        "drf-jwt" => format!("Bearer {}", text(&app.post("/api-token-auth/", body).await, "token")),
        _ => format!("Bearer {}", text(&app.post("/api/token/", body).await, "access")),
    }
}

fn is_form(page: &Value, body: &Value, fields: &serde_json::Map<String, Value>, path: &str) {
    let fields: Vec<_> = fields.iter().filter(|(_, field)| field["read_only"] == false).collect();
    let told: BTreeSet<&String> = fields.iter().map(|(name, _)| *name).collect();
    let needed: BTreeSet<&str> =
        fields.iter().filter(|(_, field)| field["required"] == true).map(|(name, _)| name.as_str()).collect();
    let form = &body["content"]["application/json"]["schema"]["$ref"];
    let schema = page.pointer(form.as_str().unwrap().trim_start_matches('#')).unwrap();
    assert_eq!(schema["properties"].as_object().unwrap().keys().collect::<BTreeSet<_>>(), told, "{path}");
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    assert_eq!(required.collect::<BTreeSet<_>>(), needed, "{path}");
}

#[tokio::test]
async fn refers_to_nothing_that_is_not_there() {
    for setting in SETTINGS {
        let (_, _, page) = served(setting).await;
        let text = page.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.pointer(reference).is_some(), "{setting:?}: {reference}");
        }
        let tags: BTreeSet<_> = page["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
        let operations =
            page["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        for operation in operations {
            assert!(tags.contains(&operation["tags"][0].to_string()), "{setting:?}: {operation}");
        }
    }
}
