//! `GET /api/user/`: who the caller is.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    instant::iso_8601,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use serde::Serialize;
use settings::Settings;

/// The endpoint.
pub struct ShowUser;

/// Nothing is asked for.
pub struct Form;

/// The user, under the names that Django's `User` has for its fields.
#[derive(Serialize)]
pub struct Reply {
    id: String,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    groups: Vec<String>,
    is_staff: bool,
    is_superuser: bool,
    last_login: Option<String>,
    date_joined: String,
}

impl Endpoint for ShowUser {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "User",
        description: "Shows the user whose access token came with the request.",
        allow: "GET, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn parse(_: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        Ok(Form)
    }

    async fn handle(_: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = caller::user(call).await?;
        Ok(Answer::of(Reply {
            id: user.id,
            username: user.username,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            groups: user.groups,
            is_staff: user.is_staff,
            is_superuser: user.is_superuser,
            last_login: user.last_login.map(iso_8601),
            date_joined: iso_8601(user.created_at),
        }))
    }
}
