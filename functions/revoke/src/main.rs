//! The revoke function: ends a token for other software (RFC 7009).

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Revoke>()
}
