//! The end_session function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::EndSession>()
}
