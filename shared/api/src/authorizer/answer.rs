//! What the authorizer made of an event, in the shape that whoever asks awaits.

use crate::{
    authentication::{
        principal::{Principal, is_telling},
        simple_jwt::Authenticated,
    },
    authorizer::event::{Event, Gateway},
    cors,
    problem::Problem,
};
use serde_json::{Map, Value, json};
use settings::{AuthorizerRefusal, CopiedField, Settings};
use std::collections::BTreeMap;

/// The one error text that API Gateway turns into a 401 and not into a failure; letter for letter.
pub const UNAUTHORIZED: &str = "Unauthorized";

/// What the authorizer made of an event: an answer for the gateway.
#[derive(Debug)]
pub struct Decision {
    gateway: Gateway,
    verdict: Result<Admitted, Problem>,
    challenge: String,
    /// The origin that may read a refusal; `None` where CORS is off.
    cors_origin: Option<String>,
    refusal: AuthorizerRefusal,
}

#[derive(Debug)]
struct Admitted {
    principal: Principal,
    /// For how many seconds the answer may be repeated: never past the token's end.
    cache: i64,
    usage_key: Option<String>,
}

impl Decision {
    pub(super) fn new(
        event: Event<'_>,
        verdict: Result<Authenticated, Problem>,
        settings: &Settings,
        now: i64,
    ) -> Self {
        let challenge = verdict.as_ref().err().and_then(|problem| problem.challenge(settings.scheme()));
        let verdict = verdict.map(|authenticated| Admitted {
            cache: settings.authorizer_cache_seconds.min(authenticated.principal.expiry.saturating_sub(now)).max(0),
            usage_key: settings.usage_key_claim.as_ref().and_then(|claim| authenticated.told(claim)),
            principal: principal(authenticated, &event.gateway, settings),
        });
        Self {
            cors_origin: cors::is_on(settings).then(|| allowed(event.origin, settings)),
            gateway: event.gateway,
            verdict,
            challenge: challenge.unwrap_or_default(),
            refusal: settings.authorizer_refusal,
        }
    }

    /// The answer in the shape that the event's gateway expects.
    ///
    /// # Errors
    /// The text of the error that the function must end with: when there is no decision because the store is away, and
    /// where AUTHORIZER_REFUSAL wants a refusal as an error.
    pub fn render(&self) -> Result<Value, &str> {
        match (&self.verdict, &self.gateway) {
            (Err(Problem::Unavailable(cause)), _) => Err(cause),
            (Err(_), Gateway::Rest(_) | Gateway::WebSocket(_)) if self.refusal == AuthorizerRefusal::Unauthorized => {
                Err(UNAUTHORIZED)
            }
            _ => Ok(self.answer()),
        }
    }

    fn answer(&self) -> Value {
        match &self.gateway {
            Gateway::AppSync => self.app_sync(),
            Gateway::HttpSimple => json!({"isAuthorized": self.verdict.is_ok(), "context": self.context()}),
            Gateway::HttpPolicy(stage) | Gateway::WebSocket(stage) => self.policy(stage),
            Gateway::Rest(stage) => {
                let mut answer = self.policy(stage);
                let key = self.verdict.as_ref().ok().and_then(|admitted| admitted.usage_key.as_deref());
                if let (Some(key), Some(members)) = (key, answer.as_object_mut()) {
                    members.insert("usageIdentifierKey".to_owned(), json!(key));
                }
                answer
            }
        }
    }

    fn policy(&self, stage: &str) -> Value {
        json!({
            "principalId": self.verdict.as_ref().map_or("anonymous", |admitted| &admitted.principal.user_id),
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Action": "execute-api:Invoke",
                    "Effect": if self.verdict.is_ok() { "Allow" } else { "Deny" },
                    "Resource": stage,
                }],
            },
            "context": self.context(),
        })
    }

    /// A refusal is not kept: AppSync would keep it under a token that may be good a moment later.
    fn app_sync(&self) -> Value {
        match &self.verdict {
            Ok(admitted) => {
                json!({"isAuthorized": true, "resolverContext": self.context(), "ttlOverride": admitted.cache})
            }
            Err(_) => json!({"isAuthorized": false, "ttlOverride": 0}),
        }
    }

    /// Flat strings: who was let in, or the body and the challenge that a Gateway Response turns into a 401.
    fn context(&self) -> Map<String, Value> {
        match &self.verdict {
            // INVARIANT: below 8 KiB, because a token is (6 KiB of claims) and a claim here has at most MAX_TEXT.
            Ok(admitted) => admitted.principal.to_context(),
            Err(problem) => self.refusal(problem),
        }
    }

    fn refusal(&self, problem: &Problem) -> Map<String, Value> {
        let body = problem.body();
        let mut context = Map::new();
        for name in ["detail", "code"] {
            if let Some(text) = body.get(name).and_then(Value::as_str) {
                context.insert(name.to_owned(), json!(text));
            }
        }
        // An HTTP API says `Forbidden` and nothing else: there is nobody to read these.
        if !self.gateway.is_http() {
            context.insert("body".to_owned(), json!(body.to_string()));
            context.insert("challenge".to_owned(), json!(self.challenge));
        }
        context.extend(self.cors_origin.as_ref().map(|origin| ("corsOrigin".to_owned(), json!(origin))));
        context
    }
}

/// The origin to allow; empty for none, which no page is.
fn allowed(origin: Option<&str>, settings: &Settings) -> String {
    let allowed = cors::allowed(origin.into_iter().map(str::as_bytes), settings);
    allowed.map(|origin| String::from_utf8_lossy(origin).into_owned()).unwrap_or_default()
}

/// The principal as this gateway hands it on.
fn principal(authenticated: Authenticated, gateway: &Gateway, settings: &Settings) -> Principal {
    if !gateway.is_http() {
        return authenticated.principal;
    }
    let claims = told_plainly(&authenticated, settings);
    Principal { claims, ..authenticated.principal }
}

/// The claims of TOKEN_CLAIMS as an HTTP API hands them on: a list is its texts with commas between, and nothing has a
/// quote or a backslash in it. Such an API has answered 500 to a context with JSON in a text once it kept the answer. A
/// list that could be read as another one is left out.
fn told_plainly(authenticated: &Authenticated, settings: &Settings) -> BTreeMap<String, String> {
    let plain = |CopiedField { name, .. }: &CopiedField| {
        let text = match authenticated.claims.get(name)? {
            Value::Array(values) => joined(values)?,
            _ => authenticated.told(name)?,
        };
        (is_telling(&text) && !text.contains(['"', '\\'])).then(|| (name.clone(), text))
    };
    settings.token_claims.iter().filter_map(plain).collect()
}

fn joined(values: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
    texts.filter(|texts| texts.iter().all(|text| !text.is_empty() && !text.contains(','))).map(|texts| texts.join(","))
}
