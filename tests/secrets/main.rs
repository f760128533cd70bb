//! LG-01, LG-02: secrets are planted in every request, and looked for in whatever is told or kept: raw, and in each of
//! the spellings that a log or a table might have given them.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

mod spelling;
mod story;

use crate::{
    spelling::found,
    story::{SETTINGS, Secrets, told, told_without_a_store},
};
use tests::{app::TestApp, events};

/// Who is heard here must be heard in full: what is looked for in silence is not found either.
const HEARD: [&str; 14] = [
    "impersonated",
    "login",
    "login_failed",
    "login_throttled",
    "logout",
    "password_refused",
    "password_set",
    "refresh_refused",
    "refresh_reuse_detected",
    "refreshed",
    "revoked",
    "session_ended",
    "sessions_ended",
    "unavailable",
];

#[tokio::test]
async fn lg_01_lg_02_nothing_that_is_told_or_kept_is_a_secret() {
    events::listen();
    let app = TestApp::with(&SETTINGS).await;
    let mut secrets = Secrets::planted();
    told(&app, &mut secrets).await;
    let kept = app.service.everything_kept().await;
    told_without_a_store(&app, &mut secrets).await;
    let heard = events::everything();
    for event in HEARD {
        assert!(heard.contains(&format!(r#""event":"{event}""#)), "{event} was not heard: {heard}");
    }
    assert_eq!(found(secrets.of_everybody(), &heard), [""; 0], "in the log");
    assert!(kept.contains("alice") && kept.contains("session#"), "{kept}");
    assert_eq!(found(secrets.not_for_a_table(), &kept), [""; 0], "in the tables");
}
