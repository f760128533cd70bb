//! What an endpoint is: eight members, of which most need five.

use crate::{
    call::Call,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, View},
};
use http::HeaderValue;
use serde::Serialize;
use settings::Settings;
use std::future::Future;

/// One verb of the API: what it accepts, what it answers, and what happens in between.
pub trait Endpoint {
    /// What a valid body becomes.
    type Form: Send;
    /// What is answered, as JSON with 200; `()` is nothing to say, with 204.
    type Reply: Serialize + Send;
    /// What the endpoint says of itself.
    const VIEW: View;

    /// What it says of itself under these settings: the same, but for some words.
    fn view(_: &Settings) -> View {
        Self::VIEW
    }

    /// Whether these settings offer the endpoint; where they do not, its path is unknown.
    fn is_offered(_: &Settings) -> bool {
        true
    }

    /// The fields that a body has, for `OPTIONS`: none, unless the endpoint names some.
    fn fields(_: &Settings) -> Vec<Field<'_>> {
        Vec::new()
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`Problem::Fields`] and its like: everything that is wrong with the request alone.
    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self::Form, Problem>;

    /// Does what was asked.
    ///
    /// # Errors
    /// The [`Problem`] that is answered instead.
    fn handle(form: Self::Form, call: &Call<'_>) -> impl Future<Output = Result<Answer<Self::Reply>, Problem>> + Send;
}

/// What an endpoint answers when nothing stands against it.
#[derive(Clone, Debug)]
pub struct Answer<Reply> {
    /// The body, as JSON.
    pub body: Reply,
    /// Cookies to be set: the values of `Set-Cookie`.
    pub cookies: Vec<HeaderValue>,
    /// Whether something was made: 201 instead of 200.
    pub created: bool,
    /// What is answered in place of the body, where the cookies are set all the same.
    pub refusal: Option<Problem>,
}

impl<Reply> Answer<Reply> {
    /// A body with 200 and no cookies.
    pub fn of(body: Reply) -> Self {
        Self { body, cookies: Vec::new(), created: false, refusal: None }
    }
}
