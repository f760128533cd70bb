//! The introspect function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Introspect>()
}
