//! The refresh function: renews a pair of tokens, or a sliding one.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Refresh, api::RefreshSliding)
}
