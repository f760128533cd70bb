//! How keys are shown: never with what they are made of.

use crate::terminal::date::date;
use serde_json::{Value, json};
use token::{Key, KeySet};

/// All keys for scripts, newest first. Times are RFC 3339 in UTC.
pub(crate) fn json(set: &KeySet, now: i64) -> Value {
    let one = |key: &Key| {
        let window = key.window();
        json!({
            "kid": key.kid(),
            "algorithm": key.algorithm().name(),
            "for": if key.is_for_refresh() { "refresh tokens" } else { "all tokens" },
            "state": state(set, key, now),
            "sign_from": window.sign_from.map(date),
            "sign_until": window.sign_until.map(date),
            "verify_until": window.verify_until.map(date),
        })
    };
    set.keys().iter().map(one).collect()
}

/// The same for people, a key a line.
pub(crate) fn text(set: &KeySet, now: i64) -> String {
    let rows: Vec<[String; 4]> = set.keys().iter().map(|key| row(set, key, now)).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let line = |[kid, algorithm, state, times]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{kid:<first$}  {algorithm:<second$}  {state:<third$}  {times}").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// What a key is called.
pub(crate) fn name(kid: Option<&str>) -> &str {
    kid.unwrap_or("(nameless)")
}

/// What becomes of the key that `next` has and `set` had not, as the end of a sentence.
pub(crate) fn prospect(set: &KeySet, next: &KeySet, now: i64) -> String {
    let known =
        |key: &Key| set.keys().iter().any(|other| other.kid() == key.kid() && other.algorithm() == key.algorithm());
    let Some(added) = next.keys().iter().find(|key| !known(key)) else { return String::new() };
    let window = added.window();
    match (window.sign_from.filter(|from| *from > now), window.verify_until) {
        (Some(from), _) => format!(", which signs from {} on; until then the current one does", date(from)),
        (None, Some(end)) => format!(", which verifies until {}", date(end)),
        (None, None) if added.is_verify_only() => ", which verifies until it is revoked".to_owned(),
        (None, None) => ", which signs from now on".to_owned(),
    }
}

/// What a key does at `now`.
fn state(set: &KeySet, key: &Key, now: i64) -> &'static str {
    let window = key.window();
    let signers = [set.signer(now), set.refresh_signer(now)];
    let is_signer = signers.into_iter().flatten().any(|signer| signer.kid() == key.kid());
    match () {
        () if !key.verifies_at(now) => "ended",
        () if key.is_verify_only() => "verifies only",
        () if is_signer => "signs",
        () if window.sign_from.is_some_and(|from| from > now) => "waits",
        () => "verifies",
    }
}

fn row(set: &KeySet, key: &Key, now: i64) -> [String; 4] {
    let window = key.window();
    let times = [
        ("signs from", window.sign_from.filter(|from| *from > now)),
        ("signs until", window.sign_until.filter(|until| *until > now)),
        ("verifies until", window.verify_until),
    ];
    let told = times.into_iter().filter_map(|(what, when)| Some(format!("{what} {}", date(when?))));
    let purpose = key.is_for_refresh().then(|| "for refresh tokens".to_owned());
    let times = purpose.into_iter().chain(told).collect::<Vec<_>>().join(", ");
    [name(key.kid()).to_owned(), key.algorithm().to_string(), state(set, key, now).to_owned(), times]
}
