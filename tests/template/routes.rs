//! The routes are those of the endpoints, and the guarded ones have the authorizer before them.

use crate::expanded::{BOTH, Template};
use serde_json::Value;
use settings::Route;
use std::fs;
use tests::{
    routes::{with_bounds, with_routes},
    template::http_api,
    tools::root,
};

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        /// A path, and who may call it.
        const ENDPOINTS: &[(&str, api::Guard)] = &[$(($path, <api::$name as api::Endpoint>::VIEW.guard)),+];
    };
}
api::endpoints!(rows);

#[test]
fn every_endpoint_has_its_route_and_only_the_guarded_ones_the_authorizer() {
    let [rest, http] = BOTH.each_ref();
    for (path, guard) in ENDPOINTS {
        is_routed(rest, path, guard);
        // An HTTP API leads a path with a slash at its end to the route that goes on behind it.
        is_routed(http, path, guard);
        is_routed(http, &format!("{path}/{{proxy+}}"), guard);
    }
    let given = rest.root()["Parameters"]["Routes"]["Default"].as_str().unwrap();
    let further = given.split(',').filter(|route| !route.is_empty()).count() + api::PACKAGE_PATHS.len();
    for (path, _) in api::PACKAGE_PATHS {
        is_routed(rest, path, &api::Guard::Open);
        is_routed(http, &format!("{path}/{{proxy+}}"), &api::Guard::Open);
    }
    assert_eq!(taking_any(rest).count(), ENDPOINTS.len() + further);
    assert_eq!(taking_any(http).count(), 2 * (ENDPOINTS.len() + further));
}

/// As `make routes` writes them.
#[test]
fn further_paths_lead_to_the_functions_of_their_endpoints() {
    let route = |verb: &str, path: &str| Route { verb: verb.to_owned(), path: path.to_owned() };
    let routes = [route("obtain", "/auth/login"), route("show_user", "/auth/me"), route("refresh", "/auth/v1/refresh")];
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let rest = with_routes(&read("template.yaml"), &routes).unwrap();
    let http = http_api(&rest, &with_bounds(&read("infra/http-api.in.yaml"), &routes).unwrap());
    let paths_of = ["target/tmp/routes-rest.yaml", "target/tmp/routes-http.yaml"];
    let expanded = paths_of.into_iter().zip([rest, http]).map(|(path, text)| {
        fs::create_dir_all(root().join("target/tmp")).unwrap();
        fs::write(root().join(path), text).unwrap();
        Template::expanded(path, &[])
    });
    for (template, is_http) in expanded.collect::<Vec<_>>().iter().zip([false, true]) {
        for (path, guard, own) in [
            ("/auth/login", api::Guard::Open, "/api/token"),
            ("/auth/me", api::Guard::Bearer, "/api/user"),
            ("/auth/v1/refresh", api::Guard::Open, "/api/token/refresh"),
        ] {
            is_routed(template, path, &guard);
            let target =
                |path: &str| &method(&paths(template)[path], ANY).unwrap()["x-amazon-apigateway-integration"]["uri"];
            assert_eq!(target(path), target(own), "{path}");
            if is_http {
                is_routed(template, &format!("{path}/{{proxy+}}"), &guard);
            }
        }
        let stage = &template.resource("ApiStage")["Properties"];
        let text = format!("{}{}", stage["MethodSettings"], stage["RouteSettings"]);
        assert!(
            text.contains("~1auth~1login") || text.contains("ANY /auth/login/{proxy+}"),
            "logins are bounded: {text}"
        );
        assert_eq!(
            template.root()["Parameters"]["Routes"]["Default"],
            "obtain:/auth/login,show_user:/auth/me,refresh:/auth/v1/refresh"
        );
    }
}

#[test]
fn whatever_else_is_served_is_for_reading_and_only_where_it_is_wanted() {
    for template in BOTH.iter() {
        let others = paths(template).iter().filter(|(_, given)| method(given, ANY).is_none());
        for (path, given) in others {
            assert!(method(given, "get").is_some(), "{path}: {given}");
            assert_eq!(given["Fn::If"][0], "ConsoleWanted", "{path}: {given}");
        }
    }
}

#[test]
fn the_authorizer_of_the_http_api_says_yes_or_no_to_events_of_version_2() {
    let given = &BOTH[1].resource("Api")["Properties"]["Body"]["components"]["securitySchemes"]["Token"];
    let authorizer = &given["x-amazon-apigateway-authorizer"];
    assert_eq!(authorizer["authorizerPayloadFormatVersion"], "2.0");
    assert_eq!(authorizer["enableSimpleResponses"]["Fn::If"][0], "AnswersAreSimple");
    assert_eq!(authorizer["identitySource"][0], "$request.header.Authorization");
}

#[test]
fn both_apis_are_bounded() {
    let [rest, http] = BOTH.each_ref().map(|template| &template.resource("ApiStage")["Properties"]);
    for bounds in [&rest["MethodSettings"][0], &http["DefaultRouteSettings"]] {
        assert_eq!(bounds["ThrottlingRateLimit"]["Ref"], "RequestsPerSecond");
        assert_eq!(bounds["ThrottlingBurstLimit"]["Ref"], "RequestBurst");
    }
}

/// In an account that allows ten functions at a time nothing can be reserved: the paths themselves are bounded.
#[test]
fn every_path_that_hashes_is_bounded_by_itself() {
    let [rest, http] = BOTH.each_ref().map(|template| &template.resource("ApiStage")["Properties"]);
    let accounts =
        ["", "/set_password", "/reset_password_confirm", "/set_username"].map(|act| format!("/auth/users{act}"));
    let rest_auth = ["login", "password/change", "password/reset/confirm", "registration"];
    let rest_auth = rest_auth.map(|act| format!("/dj-rest-auth/{act}"));
    let others = ["/api/token", "/api/token/sliding", "/api/user/password", "/api-token-auth", "/auth/jwt/create"];
    let others = others.map(str::to_owned);
    for path in accounts.into_iter().chain(rest_auth).chain(others) {
        let encoded = format!("/{}", path.replace('/', "~1"));
        let settings = rest["MethodSettings"].as_array().unwrap().iter();
        let mut settings = settings.map(|given| given.pointer("/Fn::If/1").unwrap_or(given));
        let method = settings.find(|given| given["ResourcePath"] == *encoded).unwrap();
        assert_eq!(
            (&method["HttpMethod"], &method["ThrottlingRateLimit"]["Ref"]),
            (&"POST".into(), &"LoginsPerSecond".into())
        );
        for route in [format!("ANY {path}"), format!("ANY {path}/{{proxy+}}")] {
            let given = &http["RouteSettings"][&route];
            let given = given.pointer("/Fn::If/1").unwrap_or(given);
            assert_eq!(given["ThrottlingBurstLimit"]["Ref"], "LoginsPerSecond", "{route}");
        }
    }
}

#[test]
fn every_function_that_hashes_can_be_bounded() {
    for (name, function) in BOTH.iter().flat_map(|template| template.resources("AWS::Lambda::Function")) {
        let hashes = function["Properties"]["MemorySize"]["Ref"] == "HashingMemory";
        let bound = &function["Properties"]["ReservedConcurrentExecutions"]["Fn::If"];
        assert_eq!(hashes, bound[1]["Ref"] == "ObtainConcurrency", "{name}");
    }
}

#[test]
fn what_the_gateway_says_to_whoever_brings_no_good_token_names_their_scheme() {
    let responses = &BOTH[0].resource("Api")["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"];
    let header = |name: &str| &responses[name]["responseParameters"]["gatewayresponse.header.WWW-Authenticate"];
    assert_eq!(header("ACCESS_DENIED"), "context.authorizer.challenge");
    assert_eq!(header("UNAUTHORIZED")["Fn::Sub"][1]["Word"]["Fn::If"][0], "AuthHeaderTypesGiven");
}

#[test]
fn the_rest_api_has_its_name_and_takes_no_old_tls() {
    let api = &BOTH[0].resource("Api")["Properties"];
    assert_eq!(api["Name"]["Ref"], "AWS::StackName");
    // API Gateway refuses such a policy without an guard mode.
    assert_eq!(
        (&api["SecurityPolicy"], &api["EndpointAccessMode"]),
        (&"SecurityPolicy_TLS13_1_2_2021_06".into(), &"BASIC".into())
    );
}

/// The route of an endpoint.
pub(crate) const ANY: &str = "x-amazon-apigateway-any-method";

fn is_routed(template: &Template, path: &str, guard: &api::Guard) {
    let method = method(&paths(template)[path], ANY).unwrap();
    assert!(method["x-amazon-apigateway-integration"].is_object(), "{}: {path}", template.path);
    let guarded = method.pointer("/security/0/Token").is_some();
    assert_eq!(guarded, *guard == api::Guard::Bearer, "{}: {path}", template.path);
}

fn taking_any(template: &Template) -> impl Iterator<Item = &String> {
    paths(template).iter().filter(|(_, given)| method(given, ANY).is_some()).map(|(path, _)| path)
}

/// What a path does for a method. A function that only some settings deploy has its routes with it alone.
pub(crate) fn method<'t>(given: &'t Value, name: &str) -> Option<&'t Value> {
    let given = given.pointer("/Fn::If/1").unwrap_or(given).get(name)?;
    Some(given.pointer("/Fn::If/1").unwrap_or(given))
}

/// Every path, and what it does.
pub(crate) fn paths(template: &Template) -> &serde_json::Map<String, Value> {
    template.resource("Api")["Properties"]["Body"]["paths"].as_object().unwrap()
}
