//! The fields of a form, of which each may have several things wrong with it, and some of those only the store knows.

use crate::{
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
};

/// What is wrong with the fields of a form so far: name and message.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(String, String)>);

impl Faults {
    /// The text of a field; `None` where it was left out and may be, or where something is wrong with it.
    pub(crate) fn text(&mut self, request: &ApiRequest<'_>, field: Char<'_>) -> Option<String> {
        match request.take([field]) {
            Ok([text]) => text,
            Err(Problem::Fields(faults)) => {
                self.0.extend(faults);
                None
            }
            Err(_) => None,
        }
    }

    /// Something that is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, fault: &str) {
        self.0.push((field.to_owned(), fault.to_owned()));
    }

    /// The same, before what else is wrong with it.
    pub(crate) fn add_first(&mut self, field: &str, fault: &str) {
        self.0.insert(0, (field.to_owned(), fault.to_owned()));
    }

    /// Another fault of a field in place of this one.
    pub(crate) fn replace(&mut self, field: &str, fault: &str, other: &str) {
        let same = |(name, known): &&mut (String, String)| name == field && known == fault;
        self.0.iter_mut().filter(same).for_each(|(_, known)| *known = other.to_owned());
    }

    /// Whether this is wrong with that field.
    pub(crate) fn has(&self, field: &str, fault: &str) -> bool {
        self.0.iter().any(|(name, known)| name == field && known == fault)
    }

    /// Whether anything is wrong with a field.
    pub(crate) fn concern(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| name == field)
    }

    /// Goes on where nothing is wrong; tells all of it, in this order of the fields, where something is.
    pub(crate) fn refuse(mut self, order: &[&str]) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let place = |field: &str| order.iter().position(|known| *known == field).unwrap_or(order.len());
        self.0.sort_by_key(|(field, _)| place(field));
        Err(Problem::Fields(self.0))
    }
}

/// One fault of one field.
pub(crate) fn one(field: &str, fault: &str) -> Problem {
    Problem::Fields(vec![(field.to_owned(), fault.to_owned())])
}
