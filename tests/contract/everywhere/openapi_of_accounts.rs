//! `GET /openapi.json` with ACCOUNTS: what it says of the endpoints of both packages is what they are.

use crate::app::TestApp;
use api::Endpoint;
use serde_json::Value;
use settings::Settings;
use std::collections::BTreeSet;
use tests::{accounts::send_as, wire::Request};

/// An endpoint that these settings offer: its path, the methods that it allows, and whether it asks for a token.
fn row<E: Endpoint>(path: &'static str, settings: &Settings) -> Option<(&'static str, &'static str, bool)> {
    let of_accounts = path.starts_with("/auth/") || path.starts_with("/dj-rest-auth/");
    (of_accounts && E::is_offered(settings)).then_some((path, E::VIEW.allow, E::VIEW.guard == api::Guard::Bearer))
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        fn rows(settings: &Settings) -> Vec<(&'static str, &'static str, bool)> {
            [$(row::<api::$name>($path, settings)),+].into_iter().flatten().collect()
        }
    };
}
api::endpoints!(rows);

/// A service with these packages, and what it says of itself.
async fn served(packages: &str) -> (TestApp, Settings, Value) {
    let app = TestApp::with(&[("ACCOUNTS", packages)]).await;
    let page = app.send(Request::new("GET", "/openapi.json")).await.json();
    (app, Settings::of(&[("ACCOUNTS", packages)]).unwrap(), page)
}

#[tokio::test]
async fn names_every_endpoint_of_the_packages_with_every_method_and_no_other() {
    for packages in ["off", "djoser", "dj-rest-auth", "djoser,dj-rest-auth"] {
        let (_, settings, page) = served(packages).await;
        let named = |(path, allow, _): &(&str, &str, bool)| {
            let methods = allow.split(", ").filter(|method| !["HEAD", "OPTIONS"].contains(method));
            methods.map(|method| format!("{method} {path}/")).collect::<Vec<_>>()
        };
        let ours: BTreeSet<String> = rows(&settings).iter().flat_map(named).collect();
        let paths = page["paths"].as_object().unwrap().iter();
        let paths = paths.filter(|(path, _)| path.starts_with("/auth/") || path.starts_with("/dj-rest-auth/"));
        let its: BTreeSet<String> = paths
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(ours, its, "{packages}");
    }
}

#[tokio::test]
async fn names_every_field_that_a_form_has_and_who_may_call() {
    let (app, settings, page) = served("djoser,dj-rest-auth").await;
    let (_, access) = app.log_in().await;
    let mut forms = 0;
    for (path, _, is_guarded) in rows(&settings) {
        let methods = page["paths"][format!("{path}/")].as_object().unwrap();
        let asks = |does: &Value| does["security"].as_array().is_some_and(|schemes| !schemes.is_empty());
        assert!(methods.values().all(|does| asks(does) == is_guarded), "{path}");
        let actions = send_as(&app, &access, Request::new("OPTIONS", path)).await.json()["actions"].clone();
        for method in ["POST", "PUT"].into_iter().filter(|method| actions[method].is_object()) {
            forms += 1;
            let fields = actions[method].as_object().unwrap().iter();
            let fields: Vec<_> = fields.filter(|(_, field)| field["read_only"] == false).collect();
            let told: BTreeSet<&String> = fields.iter().map(|(name, _)| *name).collect();
            let needed: BTreeSet<&str> =
                fields.iter().filter(|(_, field)| field["required"] == true).map(|(name, _)| name.as_str()).collect();
            let form = &methods[&method.to_lowercase()]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let schema = page.pointer(form.as_str().unwrap().trim_start_matches('#')).unwrap();
            assert_eq!(schema["properties"].as_object().unwrap().keys().collect::<BTreeSet<_>>(), told, "{path}");
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            assert_eq!(required.collect::<BTreeSet<_>>(), needed, "{path}");
        }
    }
    assert_eq!(forms, 21, "no form is left out");
}

#[tokio::test]
async fn refers_to_nothing_that_is_not_there() {
    let (_, _, page) = served("djoser,dj-rest-auth").await;
    let text = page.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(page.pointer(reference).is_some(), "{reference}");
    }
}
