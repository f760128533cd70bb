//! Whether the keys can be read, sign, and follow one another.

use crate::{
    connection::deployment::{Deployment, Keys},
    doctor::finding::Finding,
    keyring::{file, secret},
    terminal::{count::count, date::date},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use token::{Key, KeySet};

/// Longer than Secrets Manager takes for its four steps with every repetition.
const STUCK: i64 = 60 * 60;
const DAY: i64 = 86_400;

/// The set that tokens are held against, if it could be read.
pub(super) async fn check(deployment: &Deployment, now: i64) -> (Option<KeySet>, Vec<Finding>) {
    match given(deployment) {
        Ok(None) => {}
        Ok(Some(set)) => {
            let finding = stated(&set);
            return (Some(set), vec![finding]);
        }
        Err(finding) => return (None, vec![finding]),
    }
    let set = match deployment.kept_keys().await {
        Ok(Some(set)) => set,
        Ok(None) => return (None, vec![unnamed()]),
        Err(fault) => return (None, vec![Finding::of("keys", fault)]),
    };
    let mut findings = judge(&set, deployment, now);
    findings.push(kept(deployment, &set, now).await);
    (Some(set), findings)
}

/// The keys of SIGNING_KEY and VERIFYING_KEY, which go before all others.
fn given(deployment: &Deployment) -> Result<Option<KeySet>, Finding> {
    let Ok(settings) = &deployment.settings else { return Ok(None) };
    settings
        .keys()
        .map_err(|faults| Finding::fault("keys", faults.to_string().replace('\n', "; "), deployment.settings_are))
}

fn stated(set: &KeySet) -> Finding {
    if set.keys().iter().any(Key::is_weak) {
        let says = "SIGNING_KEY can be guessed, and an attacker who guesses it can make tokens";
        return Finding::fault("keys", says, "set it to 32 random bytes or more");
    }
    Finding::ok("keys", "those of SIGNING_KEY and VERIFYING_KEY")
}

fn unnamed() -> Finding {
    Finding::warning("keys", "not checked, because no secret is named", "give --keys-secret NAME")
}

fn judge(set: &KeySet, deployment: &Deployment, now: i64) -> Vec<Finding> {
    let living = set.keys().iter().filter(|key| key.verifies_at(now)).count();
    let mut findings = vec![match living {
        0 => Finding::fault("keys", "all have ended: every token is refused", "make a new one: latchkey keys rotate"),
        1 => Finding::ok("keys", "one verifies"),
        _ => Finding::ok("keys", format!("{living} verify")),
    }];
    findings.push(signer(set, now));
    findings.extend(algorithm(set, deployment, now));
    findings.extend(set.keys().iter().filter(|key| key.verifies_at(now)).filter_map(risky));
    findings
}

fn signer(set: &KeySet, now: i64) -> Finding {
    let Some(key) = set.signer(now) else {
        return Finding::fault(
            "signing key",
            "there is none: logins and refreshes are answered with 503",
            "make one, which signs at once: latchkey keys rotate",
        );
    };
    let since = key.window().sign_from.map(|from| format!(" since {}", date(from))).unwrap_or_default();
    let says = format!("{} signs by {}{since}", name(key), key.algorithm());
    match key.window().sign_until {
        Some(until) if !followed(set, until) => Finding::fault(
            "signing key",
            format!("{says}, until {}, and no key follows", date(until)),
            "latchkey keys rotate",
        ),
        _ => Finding::ok("signing key", says),
    }
}

/// Whether another key signs from `until` on.
fn followed(set: &KeySet, until: i64) -> bool {
    set.signer(until).is_some()
}

/// Whether new keys are of the kind that is set.
fn algorithm(set: &KeySet, deployment: &Deployment, now: i64) -> Option<Finding> {
    let (wanted, key) = (deployment.settings.as_ref().ok()?.algorithm, set.signer(now)?);
    if key.algorithm() == wanted {
        return None;
    }
    let next = set.keys().iter().find(|key| key.window().sign_from.is_some_and(|from| from > now));
    Some(match next.filter(|next| next.algorithm() == wanted) {
        Some(next) => Finding::ok("algorithm", format!("{} waits, a key for {wanted}", name(next))),
        None => Finding::warning(
            "algorithm",
            format!("tokens are signed by {}, and ALGORITHM is {wanted}", key.algorithm()),
            format!("latchkey keys rotate --alg {wanted}"),
        ),
    })
}

/// What is wrong with a key that verifies.
fn risky(key: &Key) -> Option<Finding> {
    if key.is_weak() {
        let says = format!("{} can be guessed, and an attacker who guesses it can make tokens", name(key));
        return Some(Finding::fault("weak key", says, revoke(key)));
    }
    let endless = key.is_verify_only() && key.window().verify_until.is_none() && key.algorithm().is_symmetric();
    endless.then(|| {
        let says = format!("{} was imported and verifies without an end", name(key));
        Finding::warning("imported key", says, format!("when the old service issues no more tokens: {}", revoke(key)))
    })
}

fn revoke(key: &Key) -> String {
    format!("latchkey keys revoke {}", key.kid().unwrap_or("--nameless"))
}

fn name(key: &Key) -> &str {
    key.kid().unwrap_or("the nameless key")
}

/// How the keys are kept: who may read them, and whether they rotate.
async fn kept(deployment: &Deployment, set: &KeySet, now: i64) -> Finding {
    match &deployment.keys {
        Keys::Folder(folder) => private(&file::path(folder)),
        Keys::Secret { name, access, days } => match secret::schedule(name, access).await {
            Ok(schedule) => rotation(&schedule, name, days.as_deref(), now),
            Err(fault) => Finding::of("rotation", fault),
        },
        Keys::Unnamed => Finding::ok("rotation", count(set.keys().len() as u64, "key")),
    }
}

fn private(path: &Path) -> Finding {
    let mode = fs::metadata(path).map(|file| file.permissions().mode()).unwrap_or_default();
    if mode & 0o077 == 0 {
        return Finding::ok("key file", format!("only its owner can read {}", path.display()));
    }
    let says = format!("other users can read {}, and with it make tokens", path.display());
    Finding::fault("key file", says, format!("chmod 600 {}; then latchkey keys rotate", path.display()))
}

fn rotation(schedule: &secret::Schedule, name: &str, days: Option<&str>, now: i64) -> Finding {
    let start =
        format!("see the log of the function rotate, then: aws secretsmanager rotate-secret --secret-id {name}");
    let told = |when: Option<i64>| when.map_or_else(|| "never".to_owned(), date);
    match schedule {
        secret::Schedule { pending_since: Some(since), .. } if now - since > STUCK => {
            Finding::fault("rotation", format!("stuck since {}: the next key set waits", date(*since)), start)
        }
        secret::Schedule { is_on: false, .. } if days == Some("0") => Finding::warning(
            "rotation",
            "off, because KeyRotationDays is 0",
            "rotate by hand from time to time: latchkey keys rotate",
        ),
        secret::Schedule { is_on: false, .. } => {
            Finding::fault("rotation", "off: the keys never change", "deploy with KeyRotationDays=30: sam deploy")
        }
        secret::Schedule { next: Some(next), .. } if now - next > DAY => {
            Finding::fault("rotation", format!("overdue since {}", date(*next)), start)
        }
        schedule => Finding::ok("rotation", format!("last {}, next {}", told(schedule.last), told(schedule.next))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding;

    const NOW: i64 = 1_800_000_000;

    fn told(schedule: &secret::Schedule, days: Option<&str>) -> String {
        finding::answer(&[rotation(schedule, "keys", days, NOW)]).text
    }

    fn on() -> secret::Schedule {
        secret::Schedule { is_on: true, last: Some(NOW - DAY), next: Some(NOW + 29 * DAY), pending_since: None }
    }

    #[test]
    fn a_rotation_that_goes_on_is_no_fault() {
        assert!(
            told(&on(), None).starts_with("ok       rotation  last 2027-01-14T08:00:00Z, next 2027-02-13T08:00:00Z")
        );
        let pending = secret::Schedule { pending_since: Some(NOW - STUCK), ..on() };
        assert!(told(&pending, None).starts_with("ok "), "the four steps take their time");
    }

    #[test]
    fn a_rotation_that_stands_still_is_a_fault() {
        let stuck = secret::Schedule { pending_since: Some(NOW - STUCK - 1), ..on() };
        assert!(told(&stuck, None).starts_with("fault    rotation  stuck since 2027-01-15T06:59:59Z"));
        let overdue = secret::Schedule { next: Some(NOW - DAY - 1), ..on() };
        assert!(
            told(&overdue, None).contains("overdue since 2027-01-14T07:59:59Z; see the log of the function rotate")
        );
    }

    #[test]
    fn no_rotation_is_a_fault_unless_it_was_chosen() {
        let off = secret::Schedule { is_on: false, ..on() };
        assert!(told(&off, Some("30")).starts_with("fault    rotation  off: the keys never change"));
        assert!(told(&off, None).starts_with("fault "));
        assert!(told(&off, Some("0")).starts_with("warning  rotation  off, because KeyRotationDays is 0"));
    }
}
