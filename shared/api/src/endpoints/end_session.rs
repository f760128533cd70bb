//! `DELETE /api/sessions/{id}/`: log out one of one's own sessions, such as a phone that was lost.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{EndReason, Ended};

/// The endpoint.
pub struct EndSession;

/// The session that is to end.
pub struct Form {
    id: String,
}

/// Nothing: the session is over.
#[derive(Serialize)]
pub struct Reply;

impl Endpoint for EndSession {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Session",
        description: "Ends one session of the user whose access token came with the request.",
        allow: "DELETE, OPTIONS",
        guard: Guard::Bearer,
    };

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        let id = request.id();
        let is_id = id.len() == 16 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_id { Ok(Form { id: id.to_owned() }) } else { Err(Problem::NotFound) }
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = caller::user(call).await?;
        match call.service.store.end_session_of(&user.id, &form.id, call.ambient.now, EndReason::EndedByUser).await? {
            Ended::Ended => {
                log::session_ended(&user.id, &form.id, call);
                Ok(Answer::of(Reply))
            }
            // Another's session, or none: nobody is told which.
            Ended::Already | Ended::Missing => Err(Problem::NotFound),
        }
    }
}
