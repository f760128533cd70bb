//! Parity with `djangorestframework-simplejwt`: every recorded answer of the original is asked of our service again.
//!
//! `recorded/*.jsonl` holds what the original answered; [`differences`] holds, one by one, where we answer otherwise
//! and why. An answer that differs without standing there fails, and so does one that stands there and no longer
//! differs. `cargo test -p tests --test parity -- --nocapture` prints the count of every group.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

mod accounts;
mod blocks;
mod bodies;
mod comparison;
mod cookies;
mod moments;
mod normal;
mod packages;
mod recorded;
mod replay;
mod report;
mod server;
mod tokens;
mod variant;

/// Every recorded answer of Simple JWT 5.5, variant by variant, each over a server and an engine of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simple_jwt_answers_the_same() {
    report::demand_parity(
        packages::differences::SIMPLE_JWT.name,
        replay::every(&packages::differences::SIMPLE_JWT).await,
    );
}

/// Every recorded answer in which Simple JWT's master differs from 5.5.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_next_simple_jwt_answers_the_same() {
    report::demand_parity(packages::master::MASTER.name, replay::every(&packages::master::MASTER).await);
}

/// Every recorded answer of django-cors-headers 4.9, before Simple JWT.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn django_cors_headers_answers_the_same() {
    report::demand_parity(packages::cors::CORS.name, replay::every(&packages::cors::CORS).await);
}

/// Every recorded answer of djoser 2.3.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn djoser_answers_the_same() {
    report::demand_parity(packages::djoser::DJOSER.name, replay::every(&packages::djoser::DJOSER).await);
}

/// Every recorded answer of dj-rest-auth 7.2, over django-allauth 65.22.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dj_rest_auth_answers_the_same() {
    report::demand_parity(
        packages::dj_rest_auth::DJ_REST_AUTH.name,
        replay::every(&packages::dj_rest_auth::DJ_REST_AUTH).await,
    );
}

/// Every recorded answer of `djangorestframework-jwt` 1.11 and of `drf-jwt` 1.19.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_packages_before_simple_jwt_answer_the_same() {
    report::demand_parity(packages::legacy::LEGACY.name, replay::every(&packages::legacy::LEGACY).await);
}
