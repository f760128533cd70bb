//! The obtain function: logs in, to a pair of tokens or, as TOKEN_ENDPOINTS says, to a sliding one.

fn main() -> std::process::ExitCode {
    if lambda::is_sliding() { lambda::serve::<api::ObtainSliding>() } else { lambda::serve::<api::Obtain>() }
}
