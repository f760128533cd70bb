//! The rotate function.

fn main() -> std::process::ExitCode {
    lambda::rotate()
}
