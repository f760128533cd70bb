//! The organizations function: the sample of an API of one's own: a list, and its entries.

fn main() -> std::process::ExitCode {
    lambda::serve!(api::Organizations, api::Organization)
}
