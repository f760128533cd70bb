//! The refresh sliding function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::RefreshSliding>()
}
