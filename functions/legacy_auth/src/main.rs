//! The legacy_auth function: greets whoever brings a legacy token.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyAuth>()
}
