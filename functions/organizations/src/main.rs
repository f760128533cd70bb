//! The organizations function: the sample of a list of one's own behind the authorizer.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::Organizations>()
}
