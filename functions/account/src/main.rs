//! The account function: the caller's own user and own sessions.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::ShowUser, api::Sessions, api::EndSession)
}
