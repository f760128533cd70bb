//! Events as each sender writes them, and as a client can spoil them.

use super::*;
use crate::mending;
use base64::{Engine, prelude::BASE64_STANDARD};
use lambda_runtime::Context;
use serde_json::json;
use std::convert::Infallible;

/// What a service was asked, in words: method, address, headers, body, and who asks.
async fn heard(event: Value) -> Value {
    let call = async |request: Request<Bytes>, caller: Caller| {
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let principal = caller.principal.map(|principal| principal.user_id);
        let told = json!({
            "method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers, "body": body,
            "ip": caller.ip, "agent": caller.user_agent, "principal": principal,
        });
        Ok::<_, Infallible>(Response::new(Bytes::from(told.to_string())))
    };
    let answer = told(event, call).await;
    if answer["statusCode"] == 200 { serde_json::from_str(answer["body"].as_str().unwrap()).unwrap() } else { answer }
}

async fn told<C, F>(event: Value, call: C) -> Value
where
    C: Fn(Request<Bytes>, Caller) -> F,
    F: Future<Output = Result<Response<Bytes>, Infallible>> + Send,
{
    serde_json::to_value(answer(LambdaEvent::new(event, Context::default()), call).await.unwrap()).unwrap()
}

fn with(mut event: Value, changes: Value) -> Value {
    event.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    event
}

fn payload_1() -> Value {
    let identity = json!({"sourceIp": "192.0.2.1", "userAgent": "curl/8"});
    let context = json!({"path": "/v1/api/token/", "stage": "v1", "httpMethod": "POST", "identity": identity});
    json!({"httpMethod": "POST", "path": "/api/token/", "requestContext": context, "body": "x"})
}

fn payload_2() -> Value {
    let http = json!({"method": "POST", "path": "/", "sourceIp": "192.0.2.1", "userAgent": "curl/8"});
    json!({"version": "2.0", "rawPath": "/api/token/", "rawQueryString": "", "body": "x", "requestContext": {"http": http}})
}

fn balancer() -> Value {
    let context = json!({"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/x/1"}});
    json!({"httpMethod": "POST", "path": "/api/token/", "requestContext": context, "body": "x",
           "headers": {"x-forwarded-for": "203.0.113.9, 192.0.2.1", "user-agent": "curl/8"}})
}

fn all() -> [Value; 3] {
    [payload_1(), payload_2(), balancer()]
}

fn lines(heard: &Value, name: &str) -> Vec<String> {
    let headers: Vec<(String, String)> = serde_json::from_value(heard["headers"].clone()).unwrap();
    headers.into_iter().filter(|(known, _)| known == name).map(|(_, line)| line).collect()
}

#[tokio::test]
async fn every_sender_is_read_alike() {
    for (event, path) in all().into_iter().zip(["/v1/api/token/", "/api/token/", "/api/token/"]) {
        let heard = heard(event).await;
        let told = ["method", "uri", "body", "ip", "agent"].map(|name| heard[name].clone());
        assert_eq!(json!(told), json!(["POST", path, "x", "192.0.2.1", "curl/8"]));
    }
}

#[tokio::test]
async fn the_address_is_the_senders_own_word() {
    let forged = json!({"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9", "x-real-ip": "203.0.113.9"});
    for event in [payload_1(), payload_2()] {
        assert_eq!(heard(with(event, json!({"headers": forged}))).await["ip"], "192.0.2.1");
    }
    for (line, ip) in [
        ("192.0.2.1", Some("192.0.2.1")),
        ("9.9.9.9, 192.0.2.1:51234", Some("192.0.2.1")),
        ("9.9.9.9,2001:db8::7", Some("2001:db8::7")),
        ("[2001:db8::7]:443", Some("2001:db8::7")),
        ("9.9.9.9, nonsense", None),
        ("", None),
    ] {
        let event = with(balancer(), json!({"headers": {"X-Forwarded-For": line}}));
        assert_eq!(heard(event).await["ip"].as_str(), ip, "{line}");
    }
    let many = json!({"headers": null, "multiValueHeaders": {"x-forwarded-for": ["9.9.9.9", "8.8.8.8, 192.0.2.1"]}});
    assert_eq!(heard(with(balancer(), many)).await["ip"], "192.0.2.1");
}

#[tokio::test]
async fn an_authorizers_word_is_read_where_each_api_puts_it() {
    let told = json!({"user_id": "7", "token_type": "access", "jti": "x", "exp": "1"});
    let put = |mut event: Value, authorizer: Value| {
        event["requestContext"]["authorizer"] = authorizer;
        event
    };
    assert_eq!(heard(put(payload_1(), told.clone())).await["principal"], "7");
    assert_eq!(heard(put(payload_2(), json!({"lambda": told}))).await["principal"], "7");
    assert_eq!(heard(put(balancer(), told.clone())).await["principal"], Value::Null, "a load balancer has none");
    for odd in [json!(null), json!([]), json!({"lambda": null}), json!({"iam": {"userId": "7"}}), json!({"exp": 1})] {
        assert_eq!(heard(put(payload_2(), odd.clone())).await["principal"], Value::Null, "{odd}");
    }
}

#[tokio::test]
async fn every_value_of_a_header_is_heard_once() {
    let both = json!({"headers": {"Accept": "b", "Host": "h"}, "multiValueHeaders": {"Accept": ["a", "b"]}});
    let one = json!({"headers": {"ACCEPT": "a", "accept": "b"}, "multiValueHeaders": null});
    for event in all() {
        let heard_both = heard(with(event.clone(), both.clone())).await;
        assert_eq!(
            (lines(&heard_both, "accept"), lines(&heard_both, "host")),
            (vec!["a".into(), "b".into()], vec!["h".into()])
        );
        let mut twice = lines(&heard(with(event, one.clone())).await, "accept");
        twice.sort();
        assert_eq!(twice, ["a", "b"], "two spellings of one name");
    }
}

#[tokio::test]
async fn what_is_no_header_is_left_out_and_the_rest_is_heard() {
    let wild = json!({
        "Accept": "a", "X-Name": "é", "bad name": "x", "X-Break": "a\r\nb", "X-Nul": "a\u{0}b", "X-Del": "a\u{7f}",
        "X-Null": null, "X-Number": 7, "X-List": [null, "c", 7], "": "x", "X-Object": {"a": "b"},
    });
    for event in all() {
        let heard = heard(with(event, json!({"headers": wild, "multiValueHeaders": null}))).await;
        assert_eq!(lines(&heard, "accept"), ["a"], "{heard}");
        assert_eq!((lines(&heard, "x-name"), lines(&heard, "x-list")), (vec!["é".into()], vec!["c".into()]));
        for name in ["x-break", "x-nul", "x-del", "x-null", "x-number", "x-object"] {
            assert!(lines(&heard, name).is_empty(), "{name}");
        }
    }
}

#[tokio::test]
async fn maps_that_are_none_are_empty() {
    for event in all() {
        for odd in [json!(null), json!([]), json!("x"), json!(7), json!({})] {
            let maps = json!({
                "headers": odd, "multiValueHeaders": odd, "queryStringParameters": odd, "cookies": odd,
                "multiValueQueryStringParameters": odd, "pathParameters": odd, "stageVariables": odd, "isBase64Encoded": odd,
            });
            assert_eq!(heard(with(event.clone(), maps)).await["body"], "x", "{odd}");
        }
    }
}

#[tokio::test]
async fn an_odd_host_or_scheme_is_the_clients_own_affair() {
    for event in all() {
        for host in ["", "a b", "[::1", "x:99999999", "é.example", "xn--", "a/../b", "<>", "user@host"] {
            let headers = json!({"Host": host, "X-Forwarded-Proto": "not a scheme"});
            let heard = heard(with(event.clone(), json!({"headers": headers, "multiValueHeaders": null}))).await;
            assert_eq!((&heard["method"], lines(&heard, "host")), (&json!("POST"), vec![host.to_owned()]));
        }
    }
}

#[tokio::test]
async fn the_path_is_the_clients_own() {
    let base = json!({"path": "/auth/api/token/", "identity": {}});
    assert_eq!(heard(with(payload_1(), json!({"requestContext": base}))).await["uri"], "/auth/api/token/");
    for path in ["/api/token", "/v1/api/../token/", "//api/token", "/api/%2e%2e/token", "/é"] {
        assert_eq!(heard(with(payload_2(), json!({"rawPath": path}))).await["uri"], path);
    }
}

#[test]
fn a_path_goes_on_behind_the_endpoint_where_more_than_a_slash_follows() {
    let is_beyond = |proxy: Value| mending::is_beyond(&json!({"pathParameters": {"proxy": proxy}}));
    assert!(!is_beyond(json!(null)) && !is_beyond(json!("")) && !is_beyond(json!("/")));
    assert!(is_beyond(json!("x")) && is_beyond(json!("/x/")));
}

#[tokio::test]
async fn what_cannot_be_read_is_400() {
    let paths = ["a b", "/a b", "/a\u{7f}", "/a\nb", "", "api/token", "/a?b=c"];
    let odd =
        paths.iter().flat_map(|path| [json!({"rawPath": path}), json!({"path": path, "requestContext": {"elb": {}}})]);
    let odd: Vec<(Value, Value)> = odd
        .map(|changes| (if changes.get("path").is_some() { balancer() } else { payload_2() }, changes))
        .chain(["a\nb", "a b", "a\u{0}", "a#b"].map(|query| (payload_2(), json!({"rawQueryString": query}))))
        .chain(all().map(|event| (event, json!({"body": "?", "isBase64Encoded": true}))))
        .collect();
    for (event, changes) in odd {
        let answer = heard(with(event, changes.clone())).await;
        assert_eq!(answer["statusCode"], api::unreadable().status().as_u16(), "{changes}");
        assert_eq!(answer["body"], r#"{"detail":"Malformed request."}"#, "{changes}");
    }
}

#[tokio::test]
async fn a_query_reaches_the_service_decoded_once() {
    let once = json!({"queryStringParameters": {"a": "x y&z", "b": "1"}});
    let uri = heard(with(payload_1(), once)).await["uri"].as_str().unwrap().to_owned();
    let query = uri.split_once('?').unwrap().1;
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert!(pairs.contains(&("a".into(), "x y&z".into())) && pairs.len() == 2, "{uri}");
    let many = json!({"queryStringParameters": {"a": "2"}, "multiValueQueryStringParameters": {"a": ["1", "2"], "b": [null, 7]}});
    assert_eq!(heard(with(payload_1(), many)).await["uri"], "/v1/api/token/?a=1&a=2");
    assert_eq!(heard(with(payload_2(), json!({"rawQueryString": "a=%20&a"}))).await["uri"], "/api/token/?a=%20&a");
    let encoded = json!({"queryStringParameters": {"a": "x%20y"}});
    let uri = heard(with(balancer(), encoded)).await["uri"].as_str().unwrap().to_owned();
    let pairs: Vec<_> = form_urlencoded::parse(uri.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    assert_eq!(pairs, [("a".into(), "x y".into())], "a load balancer does not decode");
}

#[tokio::test]
async fn bodies_are_decoded_and_written_to_the_byte() {
    for event in all() {
        let encoded = json!({"body": BASE64_STANDARD.encode(r#"{"a":1}"#), "isBase64Encoded": true});
        assert_eq!(heard(with(event.clone(), encoded)).await["body"], r#"{"a":1}"#);
        assert_eq!(heard(with(event.clone(), json!({"body": null}))).await["body"], "");
        let image = async |_, _| Ok(Response::new(Bytes::from_static(b"\x89PNG")));
        let answer = told(event, image).await;
        assert_eq!((&answer["body"], &answer["isBase64Encoded"]), (&json!("iVBORw=="), &json!(true)));
    }
}

#[tokio::test]
async fn cookies_are_read_together_and_set_one_by_one() {
    let cookies = json!({"cookies": ["jwt=a.b.c", "lang=de", null], "headers": {"cookie": "jwt=a.b.c; lang=de"}});
    assert_eq!(lines(&heard(with(payload_2(), cookies)).await, "cookie"), ["jwt=a.b.c; lang=de"]);
    let apart = json!({"cookies": ["jwt=a.b.c", null]});
    assert_eq!(lines(&heard(with(payload_2(), apart)).await, "cookie"), ["jwt=a.b.c"]);
    let call = async |_, _| {
        let response = Response::builder().header("vary", "Accept").header("vary", "Cookie");
        Ok(response.header("set-cookie", "a=1").header("set-cookie", "b=2").body(Bytes::new()).unwrap())
    };
    let [first, second, third] = all();
    let answer = told(first, call).await;
    assert_eq!(answer["multiValueHeaders"], json!({"vary": ["Accept, Cookie"], "set-cookie": ["a=1", "b=2"]}));
    assert_eq!(answer["headers"], json!({}));
    let answer = told(second, call).await;
    assert_eq!((&answer["headers"]["vary"], &answer["cookies"]), (&json!("Accept, Cookie"), &json!(["a=1", "b=2"])));
    let answer = told(third, call).await;
    assert_eq!(answer["multiValueHeaders"]["set-cookie"], json!(["a=1", "b=2"]));
    assert_eq!(answer["headers"]["vary"], "Accept, Cookie");
}

#[tokio::test]
async fn what_nobody_known_sent_is_an_error() {
    let nobody = [json!(null), json!([]), json!({}), json!({"requestContext": {}}), json!({"httpMethod": "GET"})];
    let others =
        [json!({"requestContext": [], "httpMethod": "GET"}), json!({"requestContext": {"http": {"method": 1}}})];
    for event in nobody.into_iter().chain(others) {
        let call = async |_, _| Ok::<_, Infallible>(Response::new(Bytes::new()));
        let answer = answer(LambdaEvent::new(event.clone(), Context::default()), call).await;
        assert!(answer.is_err(), "{event}");
    }
}
