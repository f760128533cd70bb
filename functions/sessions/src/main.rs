//! The sessions function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Sessions>()
}
