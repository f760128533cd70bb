//! What became of a case: the same answer, another one on purpose, or a failure.

use crate::{
    moments,
    packages::{
        deliberate::{Deliberate, Ours},
        rules::Rule,
        shared,
    },
    recorded::Case,
};
use serde_json::Value;

/// Headers that are part of the contract; the others belong to Django's middleware.
const CONTRACT: [&str; 6] = ["content-type", "www-authenticate", "allow", "location", "retry-after", "set-cookie"];

/// What became of a case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Comparison {
    /// Nothing of ours stands against it: the variant or the path has no counterpart.
    Absent,
    /// Another answer than the original's, the very one that is listed.
    OnPurpose,
    /// The same answer.
    Same,
    /// An answer that nobody expects, line by line.
    Wrong(Vec<String>),
}

/// What our service did.
pub(crate) enum Outcome {
    /// It answered, in the recorder's spelling, left these effects, and took so long, steps included.
    Answered { answer: Value, effects: Vec<String>, seconds: f64 },
    /// It did not start, and said why.
    Refused(String),
}

/// Compares what was recorded with what our service did.
pub(crate) fn verdict(case: &Case, listed: Option<&Deliberate>, rules: &[Rule], outcome: &Outcome) -> Comparison {
    let differences = against_the_recording(case, outcome);
    match listed {
        None if differences.is_empty() => Comparison::Same,
        None if is_ruled(case, rules, outcome) => Comparison::OnPurpose,
        None => Comparison::Wrong(differences),
        Some(Deliberate { ours: Ours::Allows(origin), .. }) if !differences.is_empty() => {
            allows(case, *origin, outcome)
        }
        Some(_) if differences.is_empty() => {
            Comparison::Wrong(vec!["is listed as a difference and is none".to_owned()])
        }
        Some(listed) => against_the_list(case, listed, outcome),
    }
}

/// Whether nothing differs but what the rules say.
fn is_ruled(case: &Case, rules: &[Rule], outcome: &Outcome) -> bool {
    let Outcome::Answered { answer, .. } = outcome else { return false };
    let mut ruled = case.clone();
    let concerning = rules.iter().filter(|rule| (rule.concerns)(case));
    concerning.for_each(|rule| (rule.apply)(&mut ruled, answer));
    against_the_recording(&ruled, outcome).is_empty()
}

fn against_the_recording(case: &Case, outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Refused(_) if case.response.get("startup_error").is_some() => Vec::new(),
        Outcome::Refused(why) => vec![format!("does not start: {why}")],
        Outcome::Answered { answer, effects, seconds } => {
            let mut differences = compare(case, answer, moments::slack(*seconds));
            differences.extend(effects.iter().cloned());
            differences
        }
    }
}

fn against_the_list(case: &Case, listed: &Deliberate, outcome: &Outcome) -> Comparison {
    let wrong = |expected: String, got: String| {
        Comparison::Wrong(vec![format!("listed {expected}  got {got}"), format!("listed because {}", listed.why)])
    };
    match (&listed.ours, outcome) {
        (Ours::Answer(status, body), Outcome::Answered { answer, .. }) => {
            let expected: Value = serde_json::from_str(body).unwrap();
            let shared = unlike_shared(case, answer);
            if !shared.is_empty() {
                Comparison::Wrong(shared)
            } else if answer["status"] == *status && answer["body"] == expected {
                Comparison::OnPurpose
            } else {
                wrong(format!("{status} {body}"), format!("{} {}", answer["status"], answer["body"]))
            }
        }
        (Ours::Refused(variable), Outcome::Refused(why)) if why.contains(variable) => Comparison::OnPurpose,
        (Ours::Refused(variable), Outcome::Refused(why)) => wrong(format!("a fault of {variable}"), why.clone()),
        (Ours::Refused(variable), Outcome::Answered { answer, .. }) => {
            wrong(format!("a fault of {variable}"), answer["status"].to_string())
        }
        (Ours::Answer(status, _), Outcome::Refused(why)) => wrong(status.to_string(), why.clone()),
        (Ours::Allows(_), _) => wrong("another origin".to_owned(), "no answer".to_owned()),
    }
}

/// The recorded answer with another origin allowed in it.
fn allows(case: &Case, origin: Option<&str>, outcome: &Outcome) -> Comparison {
    let mut case = case.clone();
    shared::allow(&mut case.response["headers"], origin);
    match against_the_recording(&case, outcome) {
        differences if differences.is_empty() => Comparison::OnPurpose,
        differences => Comparison::Wrong(differences),
    }
}

fn compare(case: &Case, answer: &Value, slack: i64) -> Vec<String> {
    let recorded = &case.response;
    let worded_alike = case.python_text && parser_spoke(recorded) && parser_spoke(answer);
    let mut differences = Vec::new();
    let mut differ = |what: &str, want: &Value, got: &Value| {
        if !moments::same(want, got, slack) {
            differences.push(format!("{what}: want {}  got {}", short(want), short(got)));
        }
    };
    differ("status", &recorded["status"], &answer["status"]);
    differ("tokens", &recorded["tokens"], &answer["tokens"]);
    if !worded_alike {
        differ("body", &recorded["body"], &answer["body"]);
    }
    if !worded_alike && recorded.get("body_raw").is_some() {
        differ("body_raw", &recorded["body_raw"], &answer["body_raw"]);
    }
    // Nothing has no media type.
    let is_nothing = case.request["method"] == "OPTIONS" && recorded["body"].is_null();
    for header in CONTRACT.into_iter().filter(|header| *header != "content-type" || !is_nothing) {
        let (want, got) = (&recorded["headers"][header], &answer["headers"][header]);
        if header != "www-authenticate" || !tells_more(want, got, &answer["body"]) {
            differ(header, want, got);
        }
    }
    differences.extend(unlike_shared(case, answer));
    differences.extend(unlike_mails(case, answer));
    differences.extend(unprotected(answer));
    differences
}

/// What other origins see of it, where that was recorded: an answer that differs is no less shared.
fn unlike_shared(case: &Case, answer: &Value) -> Vec<String> {
    match case.settings["flags"]["cors"] == true {
        true => shared::differences(&case.response["headers"], &answer["headers"]),
        false => Vec::new(),
    }
}

/// To whom mails went, where that was recorded.
fn unlike_mails(case: &Case, answer: &Value) -> Option<String> {
    let to = |mails: &Value| {
        let mut to: Vec<_> = mails.as_array().into_iter().flatten().map(|mail| mail["to"][0].to_string()).collect();
        to.sort();
        to
    };
    let (want, got) = (to(&case.effects["mail"]), to(&answer["mails"]));
    (case.accounts && want != got).then(|| format!("mail: want {want:?}  got {got:?}"))
}

/// Whether the body says why a JSON body cannot be read. What follows the prefix is the parser's own wording.
fn parser_spoke(answer: &Value) -> bool {
    answer["body"]["detail"].as_str().is_some_and(|detail| detail.starts_with("JSON parse error - "))
}

/// A refused token is told in the challenge, too (RFC 6750, section 3): the original's challenge comes first, as it is.
fn tells_more(want: &Value, got: &Value, body: &Value) -> bool {
    let (Some(want), Some(got)) = (want.as_str(), got.as_str()) else {
        return false;
    };
    let of_a_token = ["No active account found for the given token.", "The user's password has been changed."];
    let token_sent = body.get("code").is_some() || of_a_token.iter().any(|detail| body["detail"] == *detail);
    token_sent && got == format!("{want}, error=\"invalid_token\"")
}

/// Every answer of ours forbids to be stored and to be guessed at.
fn unprotected(answer: &Value) -> Option<String> {
    let headers = &answer["headers"];
    let protected = headers["cache-control"] == "no-store" && headers["x-content-type-options"] == "nosniff";
    (!protected).then(|| "lacks Cache-Control: no-store or X-Content-Type-Options: nosniff".to_owned())
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(900).collect();
    if letters.next().is_some() { format!("{start}…") } else { start }
}
