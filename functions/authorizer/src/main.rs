//! The authorizer function that decides by the keys alone; it has no store.

fn main() -> std::process::ExitCode {
    lambda::authorize()
}
