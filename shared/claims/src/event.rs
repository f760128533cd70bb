//! What the function is asked: Cognito's event before it makes tokens, version 2.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>

use serde_json::{Map, Value, json};
use settings::ClaimsFunction;
use store::User;

/// What Cognito puts before the names of a team's own fields.
const OWN: &str = "custom:";

/// When tokens are made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Occasion {
    /// Somebody logged in.
    Login,
    /// A session goes on.
    Refresh,
}

/// Whose tokens are made, and when.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// When.
    pub occasion: Occasion,
    /// What stands for the id of Cognito's user pool: who issues the tokens.
    pub issuer: &'a str,
    /// Whose.
    pub user: &'a User,
}

impl Occasion {
    /// Cognito's word for it.
    fn trigger(self) -> &'static str {
        match self {
            Self::Login => "TokenGeneration_Authentication",
            Self::Refresh => "TokenGeneration_RefreshTokens",
        }
    }
}

impl Question<'_> {
    /// The event. No password, no token and no address of a caller is in it.
    pub(crate) fn to_event(self, function: &ClaimsFunction) -> Value {
        let region = match function {
            ClaimsFunction::Address(_) => "local",
            ClaimsFunction::Lambda { region, .. } => region,
        };
        json!({
            "version": "2",
            "triggerSource": self.occasion.trigger(),
            "region": region,
            "userPoolId": self.issuer,
            "userName": self.user.username,
            "callerContext": {"awsSdkVersion": concat!("latchkey-", env!("CARGO_PKG_VERSION")), "clientId": "latchkey"},
            "request": {
                "userAttributes": attributes(self.user),
                "groupConfiguration": {"groupsToOverride": self.user.groups, "iamRolesToOverride": [], "preferredRole": null},
                "scopes": [],
            },
            "response": {"claimsAndScopeOverrideDetails": null},
        })
    }
}

/// All as text, as in Cognito: a list is JSON in a text. What no field of Cognito's stands for begins with `custom:`.
fn attributes(user: &User) -> Map<String, Value> {
    let standard =
        [("sub", &user.id), ("email", &user.email), ("given_name", &user.first_name), ("family_name", &user.last_name)];
    let standard = standard.into_iter().filter(|(_, text)| !text.is_empty());
    let flags = [("is_active", user.is_active), ("is_staff", user.is_staff), ("is_superuser", user.is_superuser)];
    let flags = flags.map(|(name, flag)| (format!("{OWN}{name}"), json!(flag.to_string())));
    let further = user.attributes.iter().map(|(name, value)| (format!("{OWN}{name}"), as_text(value.to_json())));
    standard.map(|(name, text)| (name.to_owned(), json!(text))).chain(flags).chain(further).collect()
}

fn as_text(value: Value) -> Value {
    if value.is_string() { value } else { value.to_string().into() }
}
