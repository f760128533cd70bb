//! The legacy_verify function: says whether a legacy token is good.

fn main() -> std::process::ExitCode {
    lambda::serve::<api::LegacyVerify>()
}
