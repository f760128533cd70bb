//! Whether the service answers as it should, and what time it is there.

use crate::{
    connection::address::is_address,
    doctor::{
        finding::Finding,
        web::{self, Heard},
    },
};
use serde_json::Value;
use token::KeySet;

/// A clock that is wrong by this many seconds is noticed; from the second number on tokens are refused for it.
const NOTICED: i64 = 5;
const HARMFUL: i64 = 60;

pub(super) async fn check(url: Option<&String>, set: Option<&KeySet>, now: i64) -> Vec<Finding> {
    let Some(url) = url.map(|url| url.trim_end_matches('/')) else { return Vec::new() };
    if !is_address(url) {
        let fix = "give one such as http://127.0.0.1:8000 or https://auth.example.org";
        return vec![Finding::fault("address", format!("{url:?} is none"), fix)];
    }
    let mut findings = vec![address(url)];
    match web::post(&format!("{url}/api/token/verify/"), r#"{"token":"no token"}"#).await {
        Ok(heard) => findings.extend([verify(&heard), clock(&heard)]),
        Err(cause) => {
            let fix = "check the address and that the stack is deployed, or that the service runs";
            findings.push(Finding::fault("service", format!("{url} does not answer: {cause}"), fix));
            return findings;
        }
    }
    findings.push(published(web::fetch(&format!("{url}/.well-known/jwks.json")).await, set, now));
    findings
}

fn address(url: &str) -> Finding {
    let host = url.split("://").nth(1).unwrap_or_default();
    let is_here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|loopback| host.starts_with(loopback));
    if url.starts_with("https://") || is_here {
        return Finding::ok("address", url);
    }
    Finding::fault(
        "address",
        format!("{url} is not https: passwords and tokens are sent unencrypted"),
        "serve it by https",
    )
}

/// A token that is none is refused, with a reason. It is told by the keys alone, so that they are fetched.
fn verify(heard: &Heard) -> Finding {
    let fix = "see the log of the function verify: aws logs tail /latchkey/STACK/verify";
    match (heard.status, heard.json()) {
        (401, Some(Value::Object(body))) if body.contains_key("code") => {
            Finding::ok("service", "answers, and refuses an invalid token")
        }
        (200..300, _) => {
            Finding::fault("service", "accepts an invalid token", "it is not this service: check the address")
        }
        (503, _) => Finding::fault("service", "answers 503: keys, users or sessions cannot be reached", fix),
        (status, _) => Finding::fault(
            "service",
            format!("answers {status} to an invalid token, not 401 with a code"),
            "check the address: it includes the stage, and ends before /api/token/",
        ),
    }
}

fn clock(heard: &Heard) -> Finding {
    let Some(theirs) = heard.date else {
        return Finding::warning(
            "clock",
            "not compared: the answer of the service has no Date header",
            "look at it with: date --utc",
        );
    };
    let fix = "synchronize this machine's clock: sessions and keys that it writes would begin or end at a wrong time";
    match heard.at.saturating_sub(theirs) {
        skew if skew.abs() < NOTICED => Finding::ok("clock", "this machine's and the service's agree"),
        skew if skew.abs() < HARMFUL => Finding::warning("clock", differ(skew), fix),
        skew => Finding::fault("clock", differ(skew), fix),
    }
}

fn differ(skew: i64) -> String {
    let way = if skew > 0 { "ahead of" } else { "behind" };
    format!("this machine's is {} seconds {way} the service's", skew.abs())
}

fn published(heard: Result<Heard, String>, set: Option<&KeySet>, now: i64) -> Finding {
    let heard = match heard {
        Ok(heard) => heard,
        Err(cause) => return Finding::fault("published keys", format!("cannot be fetched: {cause}"), RETRY),
    };
    let Some(listed) = heard.json().as_ref().and_then(kids).filter(|_| heard.status == 200) else {
        return Finding::fault("published keys", format!("the answer {} is not a JWK set", heard.status), RETRY);
    };
    let Some(wanted) = set.and_then(|set| kids(&set.jwks(now))) else {
        return Finding::ok("published keys", format!("{} at /.well-known/jwks.json", listed.len()));
    };
    if listed == wanted {
        return Finding::ok("published keys", format!("{} at /.well-known/jwks.json, as in the key set", listed.len()));
    }
    let says = "those at /.well-known/jwks.json are not those of the key set";
    Finding::warning("published keys", says, "check again in five minutes: a change takes that long to be published")
}

const RETRY: &str = "see the log of the function well_known: aws logs tail /latchkey/STACK/well_known";

/// The names in a JWK set, sorted.
fn kids(set: &Value) -> Option<Vec<String>> {
    let keys = set.get("keys")?.as_array()?;
    let mut kids: Vec<String> = keys.iter().filter_map(|key| Some(key.get("kid")?.as_str()?.to_owned())).collect();
    kids.sort();
    Some(kids)
}
