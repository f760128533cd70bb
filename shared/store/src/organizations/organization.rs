//! One organization, and the rows that it is kept in.

use crate::{
    dynamodb::{
        item::{Item, Reader, item, number, text},
        names::{
            CREATED_AT, DESCRIPTION, FOLDED, GENERATION, NAME, SK, UPDATED_AT, organization_key, organization_of_key,
            owner_key,
        },
    },
    error::Error,
    fold::fold,
};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An organization.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organization {
    /// A UUIDv7, so that the keys sort by age.
    pub id: String,
    /// Unique for its owner, whatever the case.
    pub name: String,
    /// Anything, or nothing.
    pub description: String,
    /// When it was added.
    pub created_at: i64,
    /// When it was changed last.
    pub updated_at: i64,
    /// How often it was changed: who writes says what was read.
    pub generation: i64,
}

/// What is to become of an organization; `None` stays as it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Change {
    /// The new name.
    pub name: Option<String>,
    /// The new description.
    pub description: Option<String>,
}

impl Organization {
    /// What becomes of it; `None` where it is so already.
    pub(crate) fn changed(&self, change: &Change, now: i64) -> Option<Self> {
        let name = change.name.clone().unwrap_or_else(|| self.name.clone());
        let description = change.description.clone().unwrap_or_else(|| self.description.clone());
        let is_same = name == self.name && description == self.description;
        let generation = self.generation.saturating_add(1);
        (!is_same).then(|| Self { name, description, updated_at: now, generation, ..self.clone() })
    }
}

/// A key of the table: the owner's partition, and a place in it.
pub(crate) fn place(owner: &str, key: String) -> HashMap<String, AttributeValue> {
    item(owner_key(owner), [(SK, Some(text(key)))])
}

pub(crate) fn row(owner: &str, organization: &Organization) -> Item {
    let attributes = [
        (SK, Some(text(organization_key(&organization.id)))),
        (NAME, Some(text(&organization.name))),
        (FOLDED, Some(text(fold(&organization.name)))),
        (DESCRIPTION, Some(text(&organization.description))),
        (CREATED_AT, Some(number(organization.created_at))),
        (UPDATED_AT, Some(number(organization.updated_at))),
        (GENERATION, Some(number(organization.generation))),
    ];
    item(owner_key(owner), attributes)
}

pub(crate) fn read(row: &Item) -> Result<Organization, Error> {
    let reader = Reader(row);
    Ok(Organization {
        id: id_of(row)?,
        name: reader.text(NAME)?,
        description: reader.text(DESCRIPTION)?,
        created_at: reader.number(CREATED_AT)?,
        updated_at: reader.number(UPDATED_AT)?,
        generation: reader.number(GENERATION)?,
    })
}

pub(crate) fn id_of(key: &HashMap<String, AttributeValue>) -> Result<String, Error> {
    let key = Reader(key).text(SK)?;
    let id = organization_of_key(&key).ok_or_else(|| Error::corrupt(format!("{key} is no key of an organization")))?;
    Ok(id.to_owned())
}
