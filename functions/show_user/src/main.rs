//! The show_user function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ShowUser>()
}
