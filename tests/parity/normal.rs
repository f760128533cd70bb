//! Answers with placeholders for whatever changes from run to run, in the recorder's own spelling.

use crate::{bodies::Names, cookies, recorded, tokens};
use serde_json::{Map, Value, json};
use tests::{forge, wire::Answer};

/// What counts when two values are compared: the moment, the tokens of the request, the stored passwords.
pub(crate) struct Context<'a> {
    /// Unix seconds in the middle of the exchange.
    pub(crate) now: f64,
    /// Tokens and texts that the steps of the case gave a name.
    pub(crate) names: &'a Names,
    /// Username and stored password of every user.
    pub(crate) passwords: &'a [(String, String)],
    /// Algorithm and key that must verify every token.
    pub(crate) verify: &'a Value,
    /// The request, where a token of the answer may be one of it.
    pub(crate) echoes: Option<String>,
    /// Whether it is about accounts: tokens are looked for in cookies, too.
    pub(crate) accounts: bool,
}

/// The answer in the shape of a recorded one: status, headers, body, body_raw, tokens.
pub(crate) fn answer(answer: &Answer, context: &Context<'_>) -> Value {
    let mut normal = json!({"status": answer.status, "headers": headers(answer)});
    if answer.header("set-cookie").is_some() {
        let cookies = answer.headers("set-cookie");
        normal["headers"]["set-cookie"] = cookies.iter().map(|line| cookies::placeholders(line, context.now)).collect();
    }
    let in_cookies = if context.accounts { context.cookies(answer) } else { Map::new() };
    if !in_cookies.is_empty() {
        normal["tokens"] = in_cookies.clone().into();
    }
    let json_body = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok().filter(|_| json_body);
    let Some(body) = body else {
        normal["body"] = if answer.body.is_empty() { Value::Null } else { json!({"$text": answer.text()}) };
        return normal;
    };
    let mut found = in_cookies;
    normal["body"] = context.value("$", &body, &mut found);
    normal["body_raw"] = context.with_placeholders(&answer.text(), &body).into();
    if !found.is_empty() {
        normal["tokens"] = found.into();
    }
    normal
}

impl Context<'_> {
    /// The tokens that an answer sets in cookies.
    fn cookies(&self, answer: &Answer) -> Map<String, Value> {
        let lines = answer.headers("set-cookie").into_iter();
        let pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
        let tokens = pairs.filter(|(_, value)| forge::parts(value).is_some());
        tokens.map(|(name, value)| (format!("cookie:{name}"), self.token(value))).collect()
    }

    /// Of accounts ids and times change from run to run, too.
    fn with_placeholders(&self, text: &str, body: &Value) -> String {
        let mut text = with_placeholders(text, body);
        let names = ["id", "pk", "access_expiration", "refresh_expiration"];
        for name in names.into_iter().filter(|_| self.accounts) {
            for value in [&body[name], &body["user"][name]].into_iter().filter_map(Value::as_str) {
                let new = self.text(name, value).unwrap_or_default();
                text = text.replace(&format!("\"{name}\":\"{value}\""), &format!("\"{name}\":\"{new}\""));
            }
        }
        text
    }

    fn value(&self, path: &str, value: &Value, found: &mut Map<String, Value>) -> Value {
        let name = path.rsplit('.').next().unwrap_or_default();
        match value {
            Value::Object(fields) => {
                let normal = |(name, field): (&String, &Value)| {
                    (name.clone(), self.value(&format!("{path}.{name}"), field, found))
                };
                fields.iter().map(normal).collect()
            }
            Value::Array(items) => {
                let numbered = items.iter().enumerate();
                numbered.map(|(index, item)| self.value(&format!("{path}[{index}]"), item, found)).collect()
            }
            Value::String(text) if forge::parts(text).is_some() => {
                found.insert(path.to_owned(), self.token(text));
                placeholder(text).into()
            }
            _ => self.scalar(name, value),
        }
    }

    fn token(&self, text: &str) -> Value {
        if let Some(name) = self.echoed(text) {
            return json!({"same_as": name});
        }
        let (header, claims) = forge::parts(text).unwrap();
        let header_raw = text.split('.').next().and_then(forge::decode).unwrap();
        let order: Vec<&String> = claims.keys().collect();
        json!({
            "header": header,
            "claims": claims.iter().map(|(name, claim)| (name.clone(), self.claim(name, claim))).collect::<Map<_, _>>(),
            "claim_order": order,
            "header_raw": String::from_utf8_lossy(&header_raw),
            "sig_ok": forge::verifies(text, self.verify["alg"].as_str().unwrap_or("HS256"), &self.key()),
        })
    }

    /// The name of the request's own token that the answer hands back.
    fn echoed(&self, text: &str) -> Option<&String> {
        let request = self.echoes.as_ref()?;
        let mut sent = self.names.iter().filter(|(name, _)| request.contains(&format!("${{{name}}}")));
        sent.find(|(_, given)| *given == text).map(|(name, _)| name)
    }

    fn claim(&self, name: &str, claim: &Value) -> Value {
        if claim.is_array() || claim.is_object() { claim.clone() } else { self.scalar(name, claim) }
    }

    fn scalar(&self, name: &str, value: &Value) -> Value {
        match value {
            Value::Number(number) => self.number(number.as_f64().unwrap(), number.is_f64()).unwrap_or(value.clone()),
            Value::String(text) => self.text(name, text).map_or_else(|| value.clone(), Value::from),
            _ => value.clone(),
        }
    }

    fn number(&self, moment: f64, fraction: bool) -> Option<Value> {
        let near = (moment - self.now).abs() < 400.0 * 86_400.0;
        let placeholder = near.then(|| cookies::epoch(moment, self.now))?;
        Some(if fraction { format!("<float {placeholder}>") } else { placeholder }.into())
    }

    fn text(&self, name: &str, text: &str) -> Option<String> {
        if is_uuid4(text, false) {
            return Some(format!("<uuid4hex{}>", self.origin(name, text)));
        }
        if self.accounts && name.ends_with("_expiration") {
            return cookies::iso(text, self.now);
        }
        if self.accounts && is_uuid7(text) {
            return Some("<new-id>".to_owned());
        }
        if is_uuid4(text, true) && !text.starts_with("00000000-0000-4000-8000") {
            return Some(format!("<uuid4{}>", self.origin(name, text)));
        }
        let fingerprint = text.len() == 32 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'));
        fingerprint.then(|| match self.passwords.iter().find(|(_, stored)| tokens::fingerprint(stored) == text) {
            Some((username, _)) => format!("<MD5HEX:stored-password-of:{username}>"),
            None => "<MD5HEX>".to_owned(),
        })
    }

    /// Which token of the request carries the same value in the same claim.
    fn origin(&self, name: &str, text: &str) -> String {
        for (given, token) in self.names {
            let Some((_, claims)) = forge::parts(token) else { continue };
            let same = |claim: &str| claims.get(claim).is_some_and(|value| value == text);
            if same(name) {
                return format!(":same-as:{given}");
            }
            if matches!(name, "jti" | "orig_jti") && (same("orig_jti") || same("jti")) {
                return format!(":from:{given}");
            }
        }
        String::new()
    }

    fn key(&self) -> String {
        recorded::key(&self.verify["key"])
    }
}

fn headers(answer: &Answer) -> Map<String, Value> {
    let mut headers = Map::new();
    for (name, value) in &answer.headers {
        let name = name.to_ascii_lowercase();
        let joined = match headers.get(&name).and_then(Value::as_str) {
            Some(earlier) => format!("{earlier}, {value}"),
            None => value.clone(),
        };
        headers.insert(name, joined.into());
    }
    headers
}

fn placeholder(token: &str) -> String {
    let claims = forge::parts(token).map(|(_, claims)| claims).unwrap_or_default();
    let kind = claims.get("token_type").map_or("untyped".to_owned(), |kind| match kind {
        Value::String(kind) => kind.clone(),
        other => other.to_string(),
    });
    format!("<jwt:{kind}>")
}

fn with_placeholders(text: &str, body: &Value) -> String {
    let mut text = text.to_owned();
    let mut rest = vec![body];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(fields) => rest.extend(fields.values()),
            Value::String(token) if forge::parts(token).is_some() => text = text.replace(token, &placeholder(token)),
            _ => {}
        }
    }
    text
}

fn is_uuid4(text: &str, dashed: bool) -> bool {
    let bare = text.replace('-', "");
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let expected: &[usize] = if dashed { &[8, 13, 18, 23] } else { &[] };
    dashes == expected
        && bare.len() == 32
        && bare.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        && bare.as_bytes()[12] == b'4'
        && matches!(bare.as_bytes()[16], b'8' | b'9' | b'a' | b'b')
}

/// The id of a user that ours made.
fn is_uuid7(text: &str) -> bool {
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    text.len() == 36 && dashes == [8, 13, 18, 23] && text.as_bytes()[14] == b'7'
}
