//! The credentials function: changes the caller's password.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::ChangePassword)
}
