//! The obtain function: logs in, to a pair of tokens or to a sliding one.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Obtain, api::ObtainSliding)
}
