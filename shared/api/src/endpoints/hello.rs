//! `GET /api/hello/`: the protected endpoint of every tutorial. It shows how a function behind the authorizer learns
//! who calls.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::User;

/// The endpoint.
pub struct Hello;

/// Nothing is asked for.
pub struct Form;

/// The greeting.
#[derive(Serialize)]
pub struct Reply {
    message: String,
}

impl Endpoint for Hello {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Hello",
        description: "Greets the user whose access token came with the request.",
        allow: "GET, POST, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn parse(_: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        Ok(Form)
    }

    async fn handle(_: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = caller::user(call).await?;
        Ok(Answer::of(Reply { message: greeting(&user) }))
    }
}

fn greeting(user: &User) -> String {
    match format!("{} {}", user.first_name, user.last_name).trim() {
        "" => "Hello, World!".to_owned(),
        name => format!("Hello, {name}!"),
    }
}
