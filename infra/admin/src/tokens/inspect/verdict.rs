//! Whether the service takes a token, and why not.

use super::anatomy::Anatomy;
use crate::date::date;
use settings::{Settings, TokenClass};
use store::{Session, Standing};
use token::{Any, KeySet, Token};

/// Reasons to refuse it, and what else is worth knowing.
pub(super) struct Verdict {
    pub(super) refused: Vec<String>,
    pub(super) notes: Vec<String>,
    good_for: String,
}

impl Verdict {
    pub(super) fn of(
        raw: &str,
        anatomy: &Anatomy,
        (keys, is_signed): (&KeySet, bool),
        standing: &Standing,
        settings: &Settings,
        now: i64,
    ) -> Self {
        let rules = settings.rules();
        let kind = anatomy.text(&rules.names.token_type).unwrap_or_default();
        let mut verdict = Self { refused: Vec::new(), notes: Vec::new(), good_for: good_for(&kind, settings) };
        if let Err(error) = Token::<Any>::verify(raw, keys, &rules, now) {
            let error = error.to_string();
            verdict.refused.push(if is_signed {
                error
            } else {
                format!("{error}: no key signed it, or it was changed")
            });
        }
        let jti = anatomy.text(&rules.names.jti).unwrap_or_default();
        let issued_at = anatomy.claims.get("iat").and_then(serde_json::Value::as_i64);
        let found = faults(standing, &jti, issued_at, &kind, settings);
        // What the store knows of it is asked for a refresh token always, else with SESSION_CHECK alone.
        if kind == "refresh" || settings.session_check {
            verdict.refused.extend(found);
        } else {
            verdict.notes.extend(found.into_iter().map(|fault| format!("{fault}; nobody asks without SESSION_CHECK")));
        }
        verdict
    }

    pub(super) fn is_good(&self) -> bool {
        self.refused.is_empty()
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines: Vec<_> = self.notes.iter().map(|note| ("note", note.clone())).collect();
        match self.refused.as_slice() {
            [] => lines.push(("good", self.good_for.clone())),
            refused => lines.extend(refused.iter().map(|reason| ("refused", reason.clone()))),
        }
        lines
    }
}

fn good_for(kind: &str, settings: &Settings) -> String {
    let class = match kind {
        "access" => Some(TokenClass::Access),
        "refresh" => Some(TokenClass::Refresh),
        "sliding" => Some(TokenClass::Sliding),
        _ => None,
    };
    let opens = settings.auth_token_classes.contains(&TokenClass::Untyped)
        || class.is_some_and(|class| settings.auth_token_classes.contains(&class));
    let routes = if opens { "opens guarded routes" } else { "opens no guarded route (AUTH_TOKEN_CLASSES)" };
    match kind {
        "refresh" => format!("can be refreshed; {routes}"),
        "sliding" => format!("can be renewed; {routes}"),
        _ => routes.to_owned(),
    }
}

fn faults(standing: &Standing, jti: &str, issued_at: Option<i64>, kind: &str, settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    if standing.jti_blacklisted {
        faults.push("it is blacklisted".to_owned());
    }
    let session = standing.session.as_ref();
    faults.extend(session.and_then(|session| of_session(session, jti, kind)));
    match &standing.user {
        None => faults.push("there is no such user".to_owned()),
        Some(user) if settings.check_user_is_active && !user.is_active => {
            faults.push("the user is disabled".to_owned())
        }
        Some(user) => {
            let lives =
                session.map_or(issued_at.unwrap_or_default() >= user.epoch, |session| session.survives(user.epoch));
            if !lives {
                faults.push(format!("all sessions of the user were ended, {}", date(user.epoch)));
            }
        }
    }
    faults
}

fn of_session(session: &Session, jti: &str, kind: &str) -> Option<String> {
    if let Some(at) = session.revoked_at {
        let reason = session.reason.as_deref().unwrap_or("ended");
        return Some(format!("its session was ended, {} ({reason})", date(at)));
    }
    if kind == "refresh" && session.jti != jti {
        return Some("it was refreshed: another token followed it".to_owned());
    }
    None
}
