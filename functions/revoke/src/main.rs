//! The revoke function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Revoke>()
}
