//! Whether the settings can be read, and which of them are risky.

use crate::{connection::deployment::Deployment, doctor::finding::Finding};
use settings::{Profile, Settings, TokenClass, WebSocketToken};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

pub(super) fn check(deployment: &Deployment) -> Vec<Finding> {
    let settings = match &deployment.settings {
        Ok(settings) => settings,
        Err(faults) => {
            let told = |fault: &settings::Fault| Finding::fault("settings", fault.to_string(), deployment.settings_are);
            return faults.iter().map(told).collect();
        }
    };
    let mut findings = vec![Finding::ok("settings", format!("all can be read; PROFILE is {}", settings.profile))];
    let told =
        settings.notes().iter().map(|note| Finding::warning("settings", note.to_string(), deployment.settings_are));
    findings.extend(told);
    let risks = times(settings).into_iter().chain(endings(settings)).chain(channels(settings));
    let risks = risks.chain(openings(settings, deployment.is_deployed));
    findings.extend(risks.filter(|risk| risk.taken).map(|risk| Finding::warning(risk.variable, risk.says, risk.fix)));
    findings
}

/// A choice that is allowed and seldom meant.
struct Risk {
    taken: bool,
    variable: &'static str,
    says: &'static str,
    fix: &'static str,
}

const fn risk(taken: bool, variable: &'static str, says: &'static str, fix: &'static str) -> Risk {
    Risk { taken, variable, says, fix }
}

fn times(settings: &Settings) -> [Risk; 4] {
    [
        risk(
            settings.leeway > 5 * MINUTE,
            "LEEWAY",
            "expired tokens stay valid for more than five minutes",
            "clocks differ by seconds: set it to 1m or less",
        ),
        risk(
            settings.access_token_lifetime > HOUR && !settings.session_check,
            "ACCESS_TOKEN_LIFETIME",
            "a stolen or logged-out access token stays valid for more than an hour",
            "set it to minutes, or SESSION_CHECK to true",
        ),
        risk(
            settings.refresh_grace_seconds > MINUTE,
            "REFRESH_GRACE_SECONDS",
            "a stolen refresh token works for more than a minute after it was replaced",
            "a lost answer is repeated within seconds: set it to 10",
        ),
        risk(
            settings.authorizer_cache_seconds > 5 * MINUTE,
            "AUTHORIZER_CACHE_SECONDS",
            "an expired or logged-out token still passes the gateway for more than five minutes",
            "set it to 1m or less",
        ),
    ]
}

fn endings(settings: &Settings) -> [Risk; 4] {
    let rotates = settings.rotate_refresh_tokens;
    [
        risk(
            !settings.blacklist_enabled,
            "BLACKLIST_ENABLED",
            "nobody can log out: tokens live until they expire",
            "set it to true",
        ),
        risk(
            !settings.check_user_is_active,
            "CHECK_USER_IS_ACTIVE",
            "a disabled user can still refresh",
            "set it to true",
        ),
        risk(
            rotates && !settings.blacklist_after_rotation,
            "BLACKLIST_AFTER_ROTATION",
            "a replaced refresh token stays valid beside the new one",
            "set it to true, or ROTATE_REFRESH_TOKENS to false",
        ),
        risk(
            rotates && settings.blacklist_after_rotation && !settings.reuse_detection,
            "REUSE_DETECTION",
            "using a stolen refresh token again does not end its session",
            "set it to true",
        ),
    ]
}

fn channels(settings: &Settings) -> [Risk; 3] {
    [
        risk(
            settings.breached_password_url.as_deref().is_some_and(|url| url.starts_with("http://")),
            "BREACHED_PASSWORD_URL",
            "parts of password hashes are sent over http",
            "give an address with https",
        ),
        risk(
            settings.websocket_token == WebSocketToken::Query,
            "WEBSOCKET_TOKEN",
            "tokens in the query end up in access logs",
            "set it to subprotocol or header",
        ),
        risk(!settings.jwt_verify_expiration, "JWT_VERIFY_EXPIRATION", "legacy tokens never end", "set it to true"),
    ]
}

/// What a service that strangers can reach should not leave open.
fn openings(settings: &Settings, is_deployed: bool) -> [Risk; 4] {
    let refresh =
        settings.auth_token_classes.iter().any(|class| matches!(class, TokenClass::Refresh | TokenClass::Untyped));
    [
        risk(
            is_deployed && settings.profile == Profile::SimpleJwt,
            "PROFILE",
            "the defaults are those of Simple JWT, and its clients can do more than new clients need",
            "for new clients deploy the profile hardened: sam deploy --config-env prod",
        ),
        risk(
            is_deployed && !settings.login_throttle,
            "LOGIN_THROTTLE",
            "an attacker can guess passwords without a delay",
            "set it to true",
        ),
        risk(refresh, "AUTH_TOKEN_CLASSES", "a refresh token opens protected routes", "leave it at AccessToken"),
        risk(
            !settings.signing_key.is_empty(),
            "SIGNING_KEY",
            "the key is in the settings and cannot rotate",
            "import it into the key set instead and leave the setting empty: latchkey keys import",
        ),
    ]
}
