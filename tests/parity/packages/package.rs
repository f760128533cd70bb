//! A package whose answers were recorded, and what of it has no counterpart.

use crate::{
    packages::{
        deliberate::{Deliberate, covers},
        rules::{self, Rule},
    },
    recorded::Case,
};
use serde_json::Value;

/// The guarded route that ours has. It refuses like any other.
const GUARDED: &str = "/api/hello/";

/// The one for tokens of the packages before Simple JWT.
const GUARDED_BEFORE: &str = "/api/jwt-auth/";

/// What both allow.
const ALLOW: &str = "GET, POST, HEAD, OPTIONS";

/// Views of the recorder's own project, none of the packages', and why ours has no such route.
const PATHS: &[(&str, &str)] = &[
    ("/api/public/", "an open route that still reads tokens is the application's own"),
    ("/api/stateless/hello/", "the authorizer is the stateless one; routes behind it are the application's own"),
    ("/api/stateless/whoami/", "the user of a request is the application's own, made of the authorizer's context"),
    ("/api/whoami/", "the user of a request is the application's own, made of the authorizer's context"),
];

/// A package whose answers were recorded.
pub(crate) struct Package {
    /// What it is called in the report.
    pub(crate) name: &'static str,
    /// The file of its answers.
    pub(crate) recorded: &'static str,
    /// The variables that make ours follow it.
    pub(crate) followed_by: &'static [(&'static str, &'static str)],
    /// Where ours answers otherwise on purpose.
    pub(crate) differences: &'static [Deliberate],
    /// What ours answers otherwise wherever it comes up.
    pub(crate) rules: &'static [Rule],
    /// Variants that ours cannot be set to, and why not.
    pub(crate) absent: &'static [(&'static str, &'static str)],
}

impl Package {
    /// The difference that is listed for a case.
    pub(crate) fn listed(&self, case: &str) -> Option<&'static Deliberate> {
        self.differences.iter().find(|difference| difference.covers(case))
    }

    /// Why a case has no counterpart; none when it has one.
    pub(crate) fn why_absent(&self, case: &Case) -> Option<&'static str> {
        let mut named = self.absent.iter().chain(PATHS);
        named.find(|(name, _)| case.variant == *name || case.request["path"] == *name).map(|(_, why)| *why)
    }

    /// Names that are listed and that no case has: lists that are longer than the truth.
    pub(crate) fn idle(&self, cases: &[Case]) -> Vec<&'static str> {
        let differing = self.differences.iter().flat_map(|difference| difference.cases.iter().copied());
        let absent = self.absent.iter().map(|(variant, _)| *variant);
        let differing = differing.filter(|name| !cases.iter().any(|case| covers(name, &case.id)));
        let idle = self.rules.iter().filter(|rule| !cases.iter().any(|case| (rule.concerns)(case)));
        let absent = absent.filter(|name| !cases.iter().any(|case| case.variant == *name));
        differing.chain(absent).chain(idle.map(|rule| rule.why)).collect()
    }
}

/// The same case at our own guarded route where it asks for the recorder's, or for a view that we have not, only to be
/// refused.
pub(crate) fn moved(mut case: Case) -> Case {
    if case.accounts {
        rules::without_the_session_of_django(&mut case.response);
    }
    let before = ["djangorestframework-jwt", "drf-jwt"].contains(&&*case.package);
    let guarded = if before { GUARDED_BEFORE } else { GUARDED };
    let refused = matches!(case.response["status"].as_u64(), Some(401 | 500));
    if refused && PATHS.iter().any(|(known, _)| case.request["path"] == *known) {
        case.request["path"] = GUARDED.into();
        if let Some(recorded) = case.response["headers"].get_mut("allow") {
            *recorded = Value::from(ALLOW);
        }
    }
    if case.request["path"] == GUARDED {
        case.request["path"] = guarded.into();
    }
    case
}
