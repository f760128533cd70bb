//! The legacy function: the endpoints of the packages before Simple JWT.

fn main() -> std::process::ExitCode {
    lambda::serve!(
        api::LegacyObtain,
        api::LegacyRefresh,
        api::LegacyVerify,
        api::LegacyAuth,
        api::LegacyBlacklist,
        api::LegacyImpersonate
    )
}
