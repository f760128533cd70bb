//! The blacklist function: logs out, by a refresh token.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Blacklist)
}
