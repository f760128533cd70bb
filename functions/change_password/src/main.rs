//! The change_password function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ChangePassword>()
}
