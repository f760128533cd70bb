//! The hello function: a greeting, as the example of a guarded route.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Hello)
}
