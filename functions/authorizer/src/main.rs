//! The authorizer function.

fn main() -> std::process::ExitCode {
    lambda::authorize()
}
