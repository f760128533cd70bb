//! The oauth function: revokes tokens for other software, and tells it what they are worth.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Revoke, api::Introspect)
}
