//! `template.yaml` deployed to MiniStack, a local AWS, and called through its REST API. MiniStack holds every function
//! to its role's policies, so a right too few shows as a 503.
#![expect(clippy::unwrap_used, reason = "a test stops where the program does not do what it should")]

mod cloud;
mod hardened;
mod legacy;
mod rotation;
mod simplejwt;

/// Starting and uploading takes longest, so the stories share one cloud.
#[tokio::test]
async fn the_template_serves_both_profiles() {
    let cloud = cloud::Cloud::start().await;

    let stack = cloud.deploy("simplejwt", &[]);
    simplejwt::a_login_lives_and_ends(&stack).await;
    simplejwt::the_gateway_refuses_in_the_words_of_drf(&stack).await;
    simplejwt::bodies_arrive_as_they_were_sent(&stack).await;
    simplejwt::the_sliding_token_has_its_own_paths(&stack).await;

    let stack = cloud.deploy("hardened", &["Profile=hardened"]);
    hardened::a_refresh_token_works_once(&stack).await;
    hardened::a_logout_reaches_the_gateway(&stack).await;

    let stack = cloud.deploy("rotation", &["Algorithm=EdDSA"]);
    cloud.rotate("rotation", rotation::BEGINS);
    rotation::no_token_is_refused(&stack).await;

    let stack = cloud.deploy("legacy", &["Legacy=drf-jwt", "JwtAuthCookie=jwt"]);
    legacy::a_legacy_token_lives_and_ends(&stack).await;
    legacy::a_superuser_is_needed_to_be_another(&stack).await;
}
