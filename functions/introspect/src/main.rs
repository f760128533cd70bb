//! The introspect function: tells other software what a token is worth (RFC 7662).

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Introspect>()
}
