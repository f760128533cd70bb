//! The discover function: says where the keys are.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Discover>()
}
