//! `template.yaml` and `infra/http-api.yaml` deployed to MiniStack, a local AWS, and called through their APIs. MiniStack
//! holds every function to its role's policies, so a right too few shows as a 503.
#![expect(clippy::unwrap_used, reason = "a test stops where the program does not do what it should")]

mod accounts;
mod browser;
mod claims_function;
mod cloud;
mod cors;
mod hardened;
mod http_api;
mod legacy;
mod operator;
mod own_function;
mod rotation;
mod sample;
mod simplejwt;

use cloud::Cloud;

/// Everything that is off because it costs.
const WATCHED: [&str; 5] = [
    "AccessLogs=true",
    "AlarmTopicArn=arn:aws:sns:eu-central-1:000000000000:alarms",
    "Dashboard=true",
    "ObtainConcurrency=5",
    "Tracing=Active",
];

/// Starting and uploading takes longest, so the stories share one cloud.
#[tokio::test]
async fn both_templates_serve_both_profiles() {
    let cloud = Cloud::start().await;
    behind_a_rest_api(&cloud).await;
    behind_an_http_api(&cloud).await;
}

async fn behind_a_rest_api(cloud: &Cloud) {
    let stack = cloud.deploy("simplejwt", &["SampleApi=true"]);
    simplejwt::a_login_lives_and_ends(&stack).await;
    simplejwt::the_gateway_refuses_in_the_words_of_drf(&stack).await;
    simplejwt::bodies_arrive_as_they_were_sent(&stack).await;
    simplejwt::the_sliding_token_has_its_own_paths(&stack).await;
    sample::an_organization_comes_and_goes(&stack).await;
    browser::there_is_no_page_unasked(&stack).await;

    let stack = cloud.deploy("hardened", &[&["Profile=hardened"], WATCHED.as_slice()].concat());
    hardened::a_refresh_token_works_once(&stack).await;
    hardened::a_logout_reaches_the_gateway(&stack).await;
    operator::the_doctor_finds_what_is_off(cloud, "hardened", &stack).await;
    operator::users_come_back_and_sessions_do_not(cloud, "hardened", &stack).await;
    operator::what_was_done_is_told(cloud, "hardened");

    let stack = cloud.deploy("browser", &["AuthCookie=latchkey", "Console=true", "IdentityHeader=Host"]);
    browser::a_login_lives_in_cookies(&stack).await;
    browser::a_foreign_page_does_nothing_with_them(&stack).await;
    browser::every_page_is_shown_as_it_is(&stack).await;

    let stack = cloud.deploy("cors", &["CorsAllowedOrigins=https://app.example.com", "CorsAllowCredentials=true"]);
    cors::a_page_that_is_listed_sees_every_answer(&stack).await;
    cors::any_other_page_sees_none(&stack).await;

    let stack = cloud.deploy("rotation", &["Algorithm=EdDSA"]);
    cloud.rotate("rotation", rotation::BEGINS);
    rotation::no_token_is_refused(&stack).await;

    let stack = cloud.deploy_from(own_function::template(), "own-function", &[]);
    own_function::only_a_good_token_reaches_it(&stack).await;

    let function = cloud.claims_function();
    let asked = format!("ClaimsFunction={function}");
    let stack = cloud.deploy("claims", &[&asked, "ClaimsFunctionAtRefresh=true"]);
    claims_function::every_refresh_says_what_the_function_says_then(cloud, "claims", &stack).await;
    let stack = cloud.deploy("claims-away", &[&format!("{asked}-away")]);
    claims_function::no_other_function_is_asked(&stack).await;

    let stack = cloud.deploy("accounts", &accounts::PARAMETERS);
    accounts::a_mail_that_failed_is_sent_again(cloud, "accounts", &stack).await;
    accounts::a_link_confirms_and_another_sets_a_new_password(cloud, "accounts", &stack).await;

    let stack = cloud.deploy("legacy", &["Legacy=drf-jwt", "JwtAuthCookie=jwt"]);
    legacy::a_legacy_token_lives_and_ends(&stack).await;
    legacy::a_superuser_is_needed_to_be_another(&stack).await;
}

async fn behind_an_http_api(cloud: &Cloud) {
    let stack =
        cloud.deploy_http("http", &["Algorithm=EdDSA", "SampleApi=true", "CorsAllowedOrigins=https://app.example.com"]);
    cloud.rotate("http", rotation::BEGINS);
    rotation::no_token_is_refused(&stack).await;
    simplejwt::a_login_lives_and_ends(&stack).await;
    simplejwt::the_sliding_token_has_its_own_paths(&stack).await;
    http_api::the_gateway_refuses_in_its_own_words(&stack).await;
    cors::an_http_api_answers_preflights_itself(&stack).await;
    http_api::nothing_lies_below_a_path(&stack).await;
    http_api::forms_arrive_as_they_were_sent(&stack).await;
    http_api::a_session_is_found_by_its_path(&stack).await;
    sample::an_organization_comes_and_goes(&stack).await;

    let legacy = ["Profile=hardened", "Legacy=drf-jwt", "JwtAuthCookie=jwt"];
    let stack = cloud.deploy_http("http-hardened", &[&legacy, WATCHED.as_slice()].concat());
    hardened::a_refresh_token_works_once(&stack).await;
    legacy::a_legacy_token_is_good_by_header_and_cookie(&stack).await;
}
