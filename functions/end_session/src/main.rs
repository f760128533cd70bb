//! The end_session function: ends one session of the user.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::EndSession>()
}
