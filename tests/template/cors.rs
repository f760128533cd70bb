//! Pages of other origins: preflights pass the gateways, and what they answer by themselves can be read.

use crate::{
    expanded::{BOTH, Template},
    routes,
};
use serde_json::{Value, json};

const ONE: (&str, &str) = ("CorsAllowedOrigins", "https://app.example.com");
const TWO: (&str, &str) = ("CorsAllowedOrigins", "https://app.example.com,https://two.example.com");
const PATTERN: (&str, &str) = ("CorsAllowedOriginRegexes", "^https://.*$");
const ALL: (&str, &str) = ("CorsAllowAllOrigins", "true");
const CREDENTIALS: (&str, &str) = ("CorsAllowCredentials", "true");

const ECHO: &str = "method.request.header.Origin";

/// What the Gateway Responses say to other origins: allowed origin and credentials, of each one.
fn told(parameters: &[(&str, &str)]) -> Vec<(String, Value, Value)> {
    let [rest, _] = BOTH.each_ref();
    let responses = &body(rest)["x-amazon-apigateway-gateway-responses"];
    let told = responses.as_object().unwrap().iter().map(|(name, response)| {
        let headers = &response["responseParameters"];
        let header = |name: &str| match &headers[format!("gatewayresponse.header.{name}")] {
            Value::Null => panic!("nothing is said of {name}"),
            given => Some(rest.decided(given, parameters)).filter(|value| *value != nothing()).unwrap_or_default(),
        };
        assert_eq!(header("Vary").is_null(), parameters.is_empty(), "{name}");
        (name.clone(), header("Access-Control-Allow-Origin"), header("Access-Control-Allow-Credentials"))
    });
    told.collect()
}

fn nothing() -> Value {
    json!({"Ref": "AWS::NoValue"})
}

fn body(template: &Template) -> &Value {
    &template.resource("Api")["Properties"]["Body"]
}

#[test]
fn a_preflight_of_every_path_reaches_a_function_and_no_authorizer() {
    for template in BOTH.iter() {
        for (path, given) in routes::paths(template) {
            let any = routes::method(given, routes::ANY);
            let is_guarded = any.is_some_and(|any| any.pointer("/security/0/Token").is_some());
            let options = routes::method(given, "options");
            assert_eq!(options.is_some(), is_guarded, "{}: {path}", template.path);
            for method in options.into_iter().chain(any) {
                assert_eq!(method["x-amazon-apigateway-integration"]["type"], "aws_proxy", "{path}: no mock");
            }
            assert!(options.is_none_or(|options| options.get("security").is_none()), "{}: {path}", template.path);
        }
    }
}

#[test]
fn without_cors_the_gateways_say_nothing_of_origins() {
    assert!(told(&[]).into_iter().all(|(_, origin, credentials)| origin.is_null() && credentials.is_null()));
    assert!(told(&[]).len() >= 10);
    let [_, http] = BOTH.each_ref();
    assert_eq!(http.decided(&body(http)["x-amazon-apigateway-cors"], &[]), nothing());
}

#[test]
fn one_origin_is_written_into_every_answer_of_the_gateway() {
    for (name, origin, credentials) in told(&[ONE]) {
        assert_eq!((origin, credentials), (json!("'https://app.example.com'"), Value::Null), "{name}");
    }
    for (name, origin, credentials) in told(&[ONE, CREDENTIALS]) {
        assert_eq!((origin, credentials), (json!("'https://app.example.com'"), json!("'true'")), "{name}");
    }
}

#[test]
fn of_several_the_authorizer_names_one_and_an_echo_is_never_with_credentials() {
    for origins in [&[TWO][..], &[PATTERN], &[ONE, PATTERN], &[ALL, CREDENTIALS]] {
        for (name, origin, credentials) in told(&[origins, &[CREDENTIALS]].concat()) {
            let expected = match name.as_str() {
                "ACCESS_DENIED" => (json!("context.authorizer.corsOrigin"), json!("'true'")),
                _ => (json!(ECHO), Value::Null),
            };
            assert_eq!((origin, credentials), expected, "{name}");
        }
    }
}

#[test]
fn every_origin_is_a_star() {
    for parameters in [&[ALL][..], &[ALL, ONE]] {
        for (name, origin, credentials) in told(parameters) {
            assert_eq!((origin, credentials), (json!("'*'"), Value::Null), "{name}");
        }
    }
}

#[test]
fn an_http_api_answers_preflights_by_the_same_parameters() {
    let cors = |parameters: &[(&str, &str)]| {
        // What SAM is not given, it takes for the default.
        let given: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let http = Template::expanded("infra/http-api.yaml", &given);
        http.decided(&body(&http)["x-amazon-apigateway-cors"], parameters)
    };
    let expected = json!({
        "allowOrigins": ["https://app.example.com", "https://two.example.com"],
        "allowCredentials": true,
        "allowHeaders": ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"],
        "allowMethods": ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"],
        "maxAge": 86400,
    });
    assert_eq!(cors(&[TWO, CREDENTIALS]), expected);
    assert_eq!(cors(&[ALL])["allowOrigins"], json!(["*"]));
}
