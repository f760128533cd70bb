//! The legacy_impersonate function: lets a superuser be another user.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyImpersonate>()
}
