//! The operator's page: what it asks for is done by the functions that the commands call, and recorded as theirs.

use crate::{
    answer::Answer,
    connection::place::Place,
    events::{
        self,
        record::{By, Deed},
    },
    fault::{Fault, Kind},
    sessions,
    terminal::new_password::NewPassword,
    user_arg::{anyone, identified},
    users::{self, disable::disable, enable::enable, list::Filter, set_password::set_password, unlock::unlock},
};
use local::{Act, Answering, Asked, Backend, Refused};
use serde_json::{Value, json};
use std::{net::IpAddr, num::NonZeroUsize, path::PathBuf};
use store::{Store, User};

/// How many users a page of the list has.
const USERS: usize = 20;

/// One service, and where it is recorded what operators do to it.
pub(crate) struct OperatorBackend {
    pub(super) store: Store,
    pub(super) place: Place,
}

/// The backend of a service whose store this is, and whose events are kept in this folder, if any are.
pub fn backend(store: Store, folder: Option<PathBuf>) -> Box<dyn Backend> {
    Box::new(OperatorBackend { store, place: folder.map_or(Place::Unnamed, Place::Folder) })
}

impl Backend for OperatorBackend {
    fn answer(&self, asked: Asked) -> Answering<'_> {
        Box::pin(async move { self.answered(&asked).await.map_err(refused) })
    }
}

impl OperatorBackend {
    async fn answered(&self, asked: &Asked) -> Result<Value, Fault> {
        match asked.act {
            Act::ListSessions => Ok(sessions::list::list(&self.user(asked).await?, &self.store).await?.json),
            Act::ListUsers => self.list(asked).await,
            Act::ShowEvents => self.events(asked).await,
            Act::ShowPlace => Ok(self.place.json()),
            Act::ShowUser => Ok(users::view::json(&self.user(asked).await?)),
            _ => self.recorded(self.act(asked).await, asked).await,
        }
    }

    async fn act(&self, asked: &Asked) -> Result<Answer, Fault> {
        let store = &self.store;
        match asked.act {
            Act::DisableUser => disable(&self.user(asked).await?, store).await,
            Act::EnableUser => enable(&self.user(asked).await?, store).await,
            Act::EndSessions => match asked.field("session") {
                Some(session) => sessions::end::end_one(session, Some(&self.user(asked).await?), store).await,
                None => sessions::end::end_all_of(&self.user(asked).await?, store).await,
            },
            Act::SetPassword => set_password(&self.user(asked).await?, &NewPassword::generated()?, store).await,
            Act::UnlockUser => unlock(&self.user(asked).await?, address(asked)?, store).await,
            other => Err(Fault::usage(format!("{other:?} is nothing that changes something"))),
        }
    }

    /// Who is meant: by `id` alone where something is changed.
    async fn user(&self, asked: &Asked) -> Result<User, Fault> {
        match (asked.field("id"), asked.field("user")) {
            (Some(id), _) => identified(id, &self.store).await,
            (None, Some(word)) if asked.act == Act::ShowUser => anyone(word, &self.store).await,
            _ => Err(Fault::usage("no user is named").next("send the id of one")),
        }
    }

    async fn list(&self, asked: &Asked) -> Result<Value, Fault> {
        let page = asked.field("page").map_or(Ok(NonZeroUsize::MIN), str::parse);
        let page = page.map_err(|_| Fault::usage("the page is no number from 1 on"))?;
        let search = Filter::search(asked.field("search").map(str::to_owned));
        let (users, others) = search.page(USERS, page, &self.store).await?;
        Ok(json!({"users": users.iter().map(users::view::json).collect::<Value>(), "page": page, "others": others}))
    }

    /// The latest first.
    async fn events(&self, asked: &Asked) -> Result<Value, Fault> {
        let since = asked.field("since").map(events::span).transpose().map_err(Fault::usage)?;
        let user = match asked.field("id") {
            Some(_) => Some(self.user(asked).await?),
            None => None,
        };
        let events = events::last(&self.place, user.as_ref(), since).await?;
        Ok(events.into_iter().rev().map(Value::Object).collect())
    }

    /// What the operator is told of an act. What is not recorded is told, too.
    async fn recorded(&self, outcome: Result<Answer, Fault>, asked: &Asked) -> Result<Value, Fault> {
        let outcome = outcome.map_err(|fault| asked.field("id").into_iter().fold(fault, Fault::about));
        let by = By::Console(asked.operator.as_deref());
        let recorded = match Deed::of(&outcome, name(asked.act)) {
            Some(deed) => deed.record(by, &self.place).await.inspect_err(|_| deed.tell(by, &self.place)),
            None => Ok(()),
        };
        let mut told = outcome?.json;
        if let (Err(fault), Some(fields)) = (recorded, told.as_object_mut()) {
            fields.insert("not_recorded".to_owned(), fault.sentence().into());
        }
        Ok(told)
    }
}

/// The command that does the same.
fn name(act: Act) -> Option<&'static str> {
    match act {
        Act::DisableUser => Some("users disable"),
        Act::EnableUser => Some("users enable"),
        Act::EndSessions => Some("sessions end"),
        Act::SetPassword => Some("users set-password"),
        Act::UnlockUser => Some("users unlock"),
        _ => None,
    }
}

fn address(asked: &Asked) -> Result<Option<IpAddr>, Fault> {
    let address = asked.field("ip").map(str::parse).transpose();
    address.map_err(|_| Fault::usage("the address is no IP address").next("give one such as 203.0.113.7"))
}

fn refused(fault: Fault) -> Refused {
    let words = fault.sentence();
    match fault.kind {
        Kind::Refused => Refused::Unknown(words),
        Kind::Unavailable => Refused::Unavailable(words),
        Kind::Usage => Refused::Unfit(words),
    }
}
