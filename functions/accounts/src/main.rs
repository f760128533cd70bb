//! The accounts function: sign up, confirm, reset, change and delete, as djoser has them.

fn main() -> std::process::ExitCode {
    lambda::serve!(
        api::AccountsUsers,
        api::AccountsMe,
        api::Activation,
        api::ResendActivation,
        api::SetPassword,
        api::ResetPassword,
        api::ResetPasswordConfirm,
        api::SetUsername,
        api::ResetUsername,
        api::ResetUsernameConfirm,
        api::AccountsUser,
    )
}
