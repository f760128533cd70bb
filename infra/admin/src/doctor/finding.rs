//! What a check found, and how it is told.

use crate::{answer::Answer, fault::Fault, terminal::printable};
use serde_json::{Value, json};

/// The outcome of one check.
pub(super) struct Finding {
    check: &'static str,
    verdict: Severity,
    says: String,
    fix: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Severity {
    Fault,
    Ok,
    Warning,
}

impl Finding {
    /// As it should be.
    pub(super) fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Severity::Ok, says: says.into(), fix: None }
    }

    /// It works, and is risky, or could not be looked at.
    pub(super) fn warning(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Severity::Warning, says: says.into(), fix: Some(fix.into()) }
    }

    /// It is broken, or can be lost for good.
    pub(super) fn fault(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Severity::Fault, says: says.into(), fix: Some(fix.into()) }
    }

    /// What kept a thing from being looked at at all.
    pub(super) fn of(check: &'static str, fault: Fault) -> Self {
        let (says, fix) = fault.into_words();
        Self { check, verdict: Severity::Fault, says, fix }
    }

    fn line(&self, width: usize) -> String {
        let fix = self.fix.as_ref().map(|fix| format!("; {fix}")).unwrap_or_default();
        let told = printable(&format!("{}{fix}", self.says));
        format!("{:<8} {:<width$}  {told}\n", self.verdict.word(), self.check)
    }

    fn json(&self) -> Value {
        json!({"check": self.check, "verdict": self.verdict.word(), "says": self.says, "fix": self.fix})
    }
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Ok => "ok",
            Self::Warning => "warning",
        }
    }
}

/// A line for each finding, and how many there are of each kind.
pub(super) fn answer(findings: &[Finding]) -> Answer {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (faults, warnings) = (count(Severity::Fault), count(Severity::Warning));
    let width = findings.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
    let lines: String = findings.iter().map(|finding| finding.line(width)).collect();
    let text = format!("{lines}ok: {}, warnings: {warnings}, faults: {faults}\n", count(Severity::Ok));
    let checks: Vec<Value> = findings.iter().map(Finding::json).collect();
    let json = json!({"faults": faults, "warnings": warnings, "checks": checks});
    Answer { refused: faults > 0, ..Answer::new(text, json) }
}
