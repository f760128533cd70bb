//! `GET /.well-known/openid-configuration`

use crate::app::TestApp;
use tests::{service::Service, wire::Request};
use token::{Algorithm, KeySet};

const PATH: &str = "/.well-known/openid-configuration";
const ISSUER: &str = "https://id.example.com/v1";

#[tokio::test]
async fn says_where_the_keys_are_and_what_for() {
    let keys = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    let service = Service::with_keys(&[("ISSUER".to_owned(), ISSUER.to_owned())], keys).await.unwrap();
    let answer = Request::new("GET", PATH).send(service.address).await.unwrap();
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (
            200,
            r#"{"issuer":"https://id.example.com/v1","jwks_uri":"https://id.example.com/v1/.well-known/jwks.json","token_endpoint":"https://id.example.com/v1/api/token/","id_token_signing_alg_values_supported":["EdDSA"],"response_types_supported":[],"subject_types_supported":["public"]}"#
        )
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
}

#[tokio::test]
async fn names_no_algorithm_where_all_keys_are_secrets() {
    let app = TestApp::with(&[("ISSUER", "https://id.example.com/")]).await;
    let answer = app.send(Request::new("GET", PATH)).await.json();
    assert_eq!(answer["id_token_signing_alg_values_supported"].as_array().map(Vec::len), Some(0));
    assert_eq!(answer["jwks_uri"], "https://id.example.com/.well-known/jwks.json");
    assert_eq!(answer["issuer"], "https://id.example.com/");
}

#[tokio::test]
async fn has_nothing_to_say_without_an_address_of_the_issuer() {
    for settings in [&[][..], &[("ISSUER", "latchkey")]] {
        let app = TestApp::with(settings).await;
        let answer = app.send(Request::new("GET", PATH).header("Host", "evil.example")).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Not found."}"#));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}
