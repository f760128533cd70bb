//! The rest_auth function: log in and out, sign up, confirm, reset and change, as dj-rest-auth has them.

fn main() -> std::process::ExitCode {
    lambda::serve!(
        api::RestAuthLogin,
        api::RestAuthLogout,
        api::RestAuthUser,
        api::RestAuthPasswordChange,
        api::RestAuthPasswordReset,
        api::RestAuthPasswordResetConfirm,
        api::RestAuthRefresh,
        api::RestAuthRegistration,
        api::RestAuthVerifyEmail,
        api::RestAuthResendEmail,
    )
}
