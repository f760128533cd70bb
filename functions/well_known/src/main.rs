//! The well_known function: publishes the keys, and where they are.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::PublishKeys, api::Discover)
}
