//! What the next Simple JWT will answer otherwise than 5.5 (`SIMPLE_JWT_VERSION=master`), and where ours answers otherwise on purpose.

use crate::packages::{
    absent,
    deliberate::{Deliberate, Ours},
    package::Package,
};

/// `djangorestframework-simplejwt`, commit 998eb63 of its master.
pub(crate) const MASTER: Package = Package {
    name: "Simple JWT's master",
    recorded: "simplejwt_master.jsonl",
    followed_by: &[("SIMPLE_JWT_VERSION", "master")],
    differences: DIFFERENCES,
    rules: &[],
    absent: absent::MASTER,
};

const NO_ACCOUNT: &str = r#"{"detail":"No active account found for the given token."}"#;

const DIFFERENCES: &[Deliberate] = &[
    Deliberate {
        cases: &["refresh.tok.user_id-huge"],
        ours: Ours::Answer(401, r#"{"detail":"Token is invalid","code":"token_not_valid"}"#),
        why: "a user is named by text or a whole number of 64 bits, nothing else",
    },
    Deliberate {
        cases: &["master.sliding.id-text", "master.sliding.id-nul", "master.sliding.id-uuid"],
        ours: Ours::Answer(401, NO_ACCOUNT),
        why: "no token can crash the service, not even one that names nobody",
    },
    Deliberate {
        cases: &["master.revoke.refresh.html"],
        ours: Ours::Answer(401, r#"{"detail":"The user's password has been changed."}"#),
        why: "every answer is JSON: there is no browsable HTML",
    },
];
