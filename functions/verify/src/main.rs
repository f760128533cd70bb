//! The verify function: says whether a token is good.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Verify)
}
