//! The obtain sliding function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ObtainSliding>()
}
