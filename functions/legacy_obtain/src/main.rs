//! The legacy_obtain function: a login for clients of the packages before Simple JWT.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyObtain>()
}
