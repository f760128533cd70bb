//! `GET /api/user/`: who the caller is. `PATCH` changes what USER_WRITABLE_ATTRIBUTES names.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    instant::iso_8601,
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Guard, View},
};
use attributes::Attribute;
use http::Method;
use serde::Serialize;
use serde_json::{Map, Value};
use settings::Settings;
use store::{Replaced, User};

/// The endpoint.
pub struct ShowUser;

/// What is to be changed: nothing, on `GET`.
#[derive(Default)]
pub struct Form {
    names: [Option<String>; 2],
    /// Further fields with their new values; `None` takes one away.
    attributes: Vec<(String, Option<Attribute>)>,
}

/// The user, under the names that Django's `User` has for its fields, and the further fields behind them.
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
    #[serde(flatten)]
    attributes: Map<String, Value>,
}

/// Django's limit of a first and a last name, in characters.
const LONGEST_NAME: usize = 150;

const NAMES: [&str; 2] = ["first_name", "last_name"];

/// How often a change begins again, because the row changed between its read and its write.
const ATTEMPTS: usize = 4;

impl Endpoint for ShowUser {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "User",
        description: "Shows the user whose access token came with the request.",
        allow: "GET, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn view(settings: &Settings) -> View {
        match settings.user_writable_attributes.is_empty() {
            true => Self::VIEW,
            false => View { allow: "GET, PATCH, HEAD, OPTIONS", ..Self::VIEW },
        }
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        if *request.method() != Method::PATCH {
            return Ok(Form::default());
        }
        let writable = &settings.user_writable_attributes;
        let [first, last] = NAMES.map(|name| writable.iter().any(|known| known == name).then_some(name));
        let given = writable.iter().filter(|name| !NAMES.contains(&name.as_str()) && request.has(name));
        Ok(Form {
            names: [name(request, first)?, name(request, last)?],
            attributes: given.map(|name| attribute(request, name)).collect::<Result<_, _>>()?,
        })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        for _ in 0..ATTEMPTS {
            let user = caller::user(call).await?;
            let wanted = form.applied(&user)?;
            if wanted == user {
                return Ok(Answer::of(Reply::of(user)));
            }
            match call.service.store.edit_user(&user, &wanted).await? {
                Replaced::Replaced => {
                    log::user_edited(&user.id, &form.fields().join(","), call);
                    return Ok(Answer::of(Reply::of(wanted)));
                }
                Replaced::Missing => return Err(Problem::UserNotFound),
                Replaced::Stale => {}
            }
        }
        Err(Problem::unavailable("the user changes faster than it can be written"))
    }
}

impl Form {
    /// The user as this form wants it.
    fn applied(&self, user: &User) -> Result<User, Problem> {
        let mut wanted = user.clone();
        let [first, last] = self.names.clone();
        wanted.first_name = first.unwrap_or(wanted.first_name);
        wanted.last_name = last.unwrap_or(wanted.last_name);
        for (name, attribute) in &self.attributes {
            match attribute {
                Some(attribute) => put(&mut wanted, name, attribute)?,
                None => _ = wanted.attributes.remove(name),
            }
        }
        let attributes = wanted.attributes.within_bounds();
        let fields = || self.fields().into_iter().take(1);
        let too_large = |fault: attributes::Fault| Problem::Fields(fields().map(|name| (name, said(&fault))).collect());
        Ok(User { attributes: attributes.map_err(too_large)?, ..wanted })
    }

    /// What it changes, by name.
    fn fields(&self) -> Vec<String> {
        let names = NAMES.iter().zip(&self.names).filter(|(_, text)| text.is_some()).map(|(name, _)| *name);
        self.attributes.iter().map(|(name, _)| name.as_str()).chain(names).map(str::to_owned).collect()
    }
}

impl Reply {
    fn of(user: User) -> Self {
        Self {
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
            attributes: user.attributes.to_json(),
        }
    }
}

/// A first or a last name, where it may be written and is.
fn name(request: &ApiRequest<'_>, writable: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(name) = writable else { return Ok(None) };
    let [text] = request.take([Char::trimmed(name).or_blank().or_missing(true).up_to(LONGEST_NAME)])?;
    Ok(text)
}

/// A further field as the body has it; `null` takes it away.
fn attribute(request: &ApiRequest<'_>, name: &str) -> Result<(String, Option<Attribute>), Problem> {
    let value = request.typed(name).unwrap_or_default();
    let refused = |message: &str| Problem::Fields(vec![(name.to_owned(), message.to_owned())]);
    if value.is_null() {
        return Ok((name.to_owned(), None));
    }
    match Attribute::of_json(&value) {
        None => Err(refused("Not a valid value.")),
        Some(attribute) if has_null(&attribute) => Err(refused("Null characters are not allowed.")),
        Some(attribute) => Ok((name.to_owned(), Some(attribute))),
    }
}

/// Whether a text, or one of a list, has the character that no column of Django's takes.
fn has_null(attribute: &Attribute) -> bool {
    match attribute {
        Attribute::Text(text) => text.contains('\0'),
        Attribute::List(texts) => texts.iter().any(|text| text.contains('\0')),
        Attribute::Bool(_) | Attribute::Number(_) => false,
    }
}

/// Sets a field. One that is there keeps its type: what reads it expects that.
fn put(user: &mut User, name: &str, attribute: &Attribute) -> Result<(), Problem> {
    let refused = |message: String| Problem::Fields(vec![(name.to_owned(), message)]);
    match user.attributes.get(name) {
        Some(is) if is.kind() != attribute.kind() => Err(refused(format!("Not a valid {}.", is.kind()))),
        _ => user.attributes.put(name, attribute.clone()).map_err(|fault| refused(said(&fault))),
    }
}

/// The fault as a sentence of Django REST framework's.
fn said(fault: &attributes::Fault) -> String {
    let text = fault.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
