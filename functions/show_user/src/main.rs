//! The show_user function: says who the caller is.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::ShowUser>()
}
