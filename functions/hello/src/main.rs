//! The hello function.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Hello>()
}
