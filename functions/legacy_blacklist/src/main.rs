//! The legacy_blacklist function: ends a legacy token, and all of its login.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyBlacklist>()
}
