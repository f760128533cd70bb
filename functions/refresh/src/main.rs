//! The refresh function: renews a pair of tokens or, as TOKEN_ENDPOINTS says, a sliding one.

fn main() -> std::process::ExitCode {
    if lambda::is_sliding() { lambda::serve::<api::RefreshSliding>() } else { lambda::serve::<api::Refresh>() }
}
