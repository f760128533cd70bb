//! The sessions function: lists the sessions of the user, and ends all others.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Sessions>()
}
