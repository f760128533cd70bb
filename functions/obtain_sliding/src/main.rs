//! The obtain_sliding function: logs in, to a sliding token.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ObtainSliding>()
}
