//! The organization function: one entry of that list.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Organization>()
}
