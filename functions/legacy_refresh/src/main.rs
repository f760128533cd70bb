//! The legacy_refresh function: renews a legacy token.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyRefresh>()
}
