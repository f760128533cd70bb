//! The mail function: sends what waits in the outbox, as its stream tells.

fn main() -> std::process::ExitCode {
    lambda::send_mails()
}
