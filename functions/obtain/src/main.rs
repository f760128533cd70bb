//! The obtain function: logs in, to a pair of tokens or, as TOKEN_ENDPOINTS says, to a sliding one.

fn main() -> std::process::ExitCode {
    lambda::serve_either::<api::Obtain, api::ObtainSliding>()
}
