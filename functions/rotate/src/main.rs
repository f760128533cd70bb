//! The rotate function: makes the next key, in Secrets Manager's steps.

fn main() -> std::process::ExitCode {
    lambda::rotate()
}
