//! The endpoints program: every function that answers requests with endpoints; Lambda names the one by its handler.

macro_rules! all {
    ($($verb:ident: $endpoint:ident, $path:literal, $function:ident;)+) => { lambda::serve!($(api::$endpoint),+) };
}

fn main() -> std::process::ExitCode {
    api::endpoints!(all)
}
