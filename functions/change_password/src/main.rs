//! The change_password function: sets another password and ends all other sessions.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ChangePassword>()
}
