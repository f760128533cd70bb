//! The blacklist function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Blacklist>()
}
