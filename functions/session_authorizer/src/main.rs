//! The authorizer function that looks at session and user.

fn main() -> std::process::ExitCode {
    lambda::authorize_sessions()
}
