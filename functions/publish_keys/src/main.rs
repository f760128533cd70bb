//! The publish_keys function: publishes the keys that verify tokens.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::PublishKeys>()
}
