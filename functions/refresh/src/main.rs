//! The refresh function: renews a pair of tokens or, as TOKEN_ENDPOINTS says, a sliding one.

fn main() -> std::process::ExitCode {
    lambda::serve_either::<api::Refresh, api::RefreshSliding>()
}
