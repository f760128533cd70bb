//! The verify function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Verify>()
}
