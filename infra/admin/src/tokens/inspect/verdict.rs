//! Whether the service takes a token, and why not.

use crate::{terminal::date::date, tokens::inspect::anatomy::Anatomy};
use settings::{Settings, TokenClass};
use store::{EndReason, Presented, Session, State, TokenStatus, User};
use token::{Any, Key, KeySet, Token};

/// Reasons to refuse it, and what else is worth knowing.
pub(super) struct Judgement {
    pub(super) refused: Vec<String>,
    pub(super) notes: Vec<String>,
    good_for: String,
}

/// What a token is held against, beside the keys.
struct Case<'a> {
    jti: String,
    kind: String,
    login: i64,
    is_imported: bool,
    status: &'a TokenStatus,
    settings: &'a Settings,
    now: i64,
}

/// What speaks against a token, and whether the service looks there.
type Objection = (String, bool);

impl Judgement {
    pub(super) fn of(
        raw: &str,
        anatomy: &Anatomy,
        (keys, signer): (&KeySet, Option<&Key>),
        status: &TokenStatus,
        settings: &Settings,
        now: i64,
    ) -> Self {
        let rules = settings.rules();
        let text = |claim: &str| anatomy.text(claim).unwrap_or_default();
        let case = Case {
            jti: text(&rules.names.jti),
            kind: text(&rules.names.token_type),
            login: token::login_time(&anatomy.claims.as_object().cloned().into_iter().flatten().collect()),
            is_imported: signer.is_some_and(Key::is_verify_only),
            status,
            settings,
            now,
        };
        let (asked, unasked): (Vec<_>, Vec<_>) = case.faults().into_iter().partition(|(_, is_asked)| *is_asked);
        let error = Token::<Any>::verify(raw, keys, &rules, now).err();
        let refused = error.map(|error| match signer {
            Some(_) if lives_too_long(anatomy) => {
                format!("{error}: its exp is more than ten years after its iat, and no token may live so long")
            }
            Some(_) => error.to_string(),
            None => format!("{error}: no key signed it, or it was changed"),
        });
        let word = case.asking();
        let notes = unasked.into_iter().map(|(fault, _)| format!("{fault}, which is looked at only with {word}"));
        Self {
            refused: refused.into_iter().chain(asked.into_iter().map(|(fault, _)| fault)).collect(),
            notes: notes.chain(case.notes()).collect(),
            good_for: good_for(&case.kind, settings),
        }
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

/// Whether it lives longer than any token may, whatever the lifetimes are set to.
fn lives_too_long(anatomy: &Anatomy) -> bool {
    let time = |name: &str| anatomy.claims.get(name).and_then(serde_json::Value::as_i64);
    let (end, beginning) = (time("exp").unwrap_or_default(), time("iat").unwrap_or_default());
    end.saturating_sub(beginning) > token::LONGEST_LIFETIME
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

impl Case<'_> {
    fn faults(&self) -> Vec<Objection> {
        let user = self.status.user.as_ref();
        let of_state = self.of_state().map(|(fault, asks_user)| (fault, asks_user || self.asks_session()));
        let of_user = match user {
            None => Some("there is no such user"),
            Some(user) if self.settings.check_user_is_active && !user.is_active => Some("the user is disabled"),
            Some(_) => None,
        };
        of_state.into_iter().chain(of_user.map(|fault| (fault.to_owned(), self.asks_user()))).collect()
    }

    /// What its state says against it, and whether that is looked at where no session is.
    fn of_state(&self) -> Option<Objection> {
        let (session, user) = (self.status.session.as_ref(), self.status.user.as_ref());
        let presented = Presented { jti: &self.jti, is_refresh: self.is_refresh(), login: self.login };
        let is_wanted = self.is_refresh() && self.settings.require_session && !self.is_imported;
        match self.status.state(&presented) {
            State::Blacklisted | State::Revoked => Some((ended(session), false)),
            State::Predates => Some((predates(session, user), self.is_refresh())),
            State::Rotated if session.is_some_and(|session| self.is_within_grace(session)) => None,
            State::Rotated => Some(("it was refreshed: another token followed it".to_owned(), false)),
            State::Foreign if is_wanted => Some(("it has no session (REQUIRE_SESSION)".to_owned(), false)),
            State::Current | State::Foreign => None,
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.status.session.as_ref().is_some_and(|session| self.is_within_grace(session)) {
            notes.push("it was refreshed; within REFRESH_GRACE_SECONDS it gets the same successor again".to_owned());
        }
        if self.settings.check_revoke_token && !self.is_refresh() {
            notes.push(
                "CHECK_REVOKE_TOKEN is on: whether the password was changed since is not looked at here".to_owned(),
            );
        }
        notes
    }

    fn is_within_grace(&self, session: &Session) -> bool {
        let Settings { rotate_refresh_tokens, blacklist_after_rotation, refresh_grace_seconds, .. } = self.settings;
        let is_live = session.revoked_at.is_none() && *rotate_refresh_tokens && *blacklist_after_rotation;
        self.is_refresh() && is_live && session.is_within_grace(&self.jti, self.now, *refresh_grace_seconds)
    }

    /// Refresh and sliding tokens are held against the blacklist, all others with SESSION_CHECK alone.
    fn asks_session(&self) -> bool {
        self.settings.session_check || (self.is_listed() && self.settings.blacklist_enabled)
    }

    fn asks_user(&self) -> bool {
        self.is_refresh() || self.asks_session() || self.settings.check_revoke_token
    }

    /// The setting that would make the service look at what it does not look at.
    fn asking(&self) -> &'static str {
        if self.is_listed() { "BLACKLIST_ENABLED" } else { "SESSION_CHECK" }
    }

    fn is_listed(&self) -> bool {
        self.is_refresh() || self.kind == "sliding"
    }

    fn is_refresh(&self) -> bool {
        self.kind == "refresh"
    }
}

fn ended(session: Option<&Session>) -> String {
    match session.and_then(|session| Some((session.revoked_at?, session.reason))) {
        Some((at, reason)) => {
            format!("its session was ended, {} ({})", date(at), reason.map_or("ended", EndReason::word))
        }
        None => "it is blacklisted".to_owned(),
    }
}

fn predates(session: Option<&Session>, user: Option<&User>) -> String {
    let Some(user) = user.filter(|user| session.is_none_or(|session| session.user_id == user.id)) else {
        return "its session is of another user".to_owned();
    };
    format!("all sessions of the user were ended, {}", date(user.epoch))
}
