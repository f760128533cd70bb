//! The refresh_sliding function: renews a sliding token.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::RefreshSliding>()
}
