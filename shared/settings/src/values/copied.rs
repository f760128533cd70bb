//! The fields of a user that are copied into tokens and answers, under their own names or others.

use crate::values::{choice::UserField, text};

/// A field of a user, and what it is called where it is copied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedField {
    /// The name of the claim, or of the member of an answer.
    pub name: String,
    /// What is copied.
    pub source: FieldSource,
}

/// Which field of a user is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldSource {
    /// A further field of the team's own user model, by its name; a user may be without it.
    Attribute(String),
    /// One that every user has.
    BuiltIn(UserField),
}

/// What stands in the answer of a login already.
const ANSWERED: [&str; 3] = ["access", "refresh", "token"];

/// What the authorizer tells of a token beside its claims, what API Gateway adds, and the claim of a login that is remembered.
const TOLD: [&str; 9] =
    ["exp", "iat", "integrationLatency", "jti", "principalId", "remember", "session", "token_type", "user_id"];

/// Claims by which guards and services decide: each says the field of that name and nothing that a user may have written.
const DECIDING: [&str; 5] = ["email", "groups", "is_staff", "is_superuser", "username"];

impl FieldSource {
    /// Reads a name: of a field that every user has, or else one that a further field could have.
    fn read(name: &str) -> Option<Self> {
        let further = || attributes::is_name(name).then(|| Self::Attribute(name.to_owned()));
        UserField::read(name).map(Self::BuiltIn).or_else(further)
    }
}

/// Reads `role,tenant=tenant_id`: the fields `role` and `tenant_id`, the second as `tenant`. No name comes twice.
pub(crate) fn fields(text: &str) -> Option<Vec<CopiedField>> {
    let fields = text::words(text, |word| {
        let (name, field) = word.split_once('=').unwrap_or((word, word));
        Some(CopiedField { name: text::claim(name)?, source: FieldSource::read(field.trim())? })
    })?;
    let is_first = |(place, field): (usize, &CopiedField)| fields.iter().take(place).all(|it| it.name != field.name);
    let are_distinct = fields.iter().enumerate().all(is_first);
    are_distinct.then_some(fields)
}

/// Reads the names of fields that users may write of themselves.
pub(crate) fn writable(text: &str) -> Option<Vec<String>> {
    let is_writable = |name: &str| ["first_name", "last_name"].contains(&name) || attributes::is_name(name);
    text::words(text, |name| is_writable(name).then(|| name.to_owned()))
}

/// The setting and the first of its names that means something else in an answer or to the authorizer.
pub(crate) fn misleading<'f>(
    claims: &'f [CopiedField],
    answered: &'f [CopiedField],
) -> impl Iterator<Item = (&'static str, &'f str)> {
    let find = |fields: &'f [CopiedField], taken: &'static [&'static str]| {
        fields.iter().map(|field| field.name.as_str()).find(|name| taken.contains(name))
    };
    let told = find(claims, &TOLD).map(|name| ("TOKEN_CLAIMS", name));
    let is_another = |field: &&CopiedField| Some(&field.source) != FieldSource::read(&field.name).as_ref();
    let deciding = claims.iter().filter(is_another).map(|field| field.name.as_str());
    let deciding = deciding.filter(|name| DECIDING.contains(name)).map(|name| ("TOKEN_CLAIMS", name));
    told.into_iter().chain(deciding).chain(find(answered, &ANSWERED).map(|name| ("OBTAIN_FIELDS", name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        let shown = |field: &CopiedField| format!("{}<{:?}", field.name, field.source);
        fields(text).map(|fields| fields.iter().map(shown).collect())
    }

    #[test]
    fn a_field_has_its_own_name_or_another() {
        let expected = ["groups<BuiltIn(Groups)", "role<Attribute(\"role\")", "tenant<Attribute(\"tenant_id\")"];
        assert_eq!(read("groups,role, tenant=tenant_id").unwrap(), expected);
        assert_eq!(read("login=username").unwrap(), ["login<BuiltIn(Username)"]);
    }

    #[test]
    fn a_name_that_no_field_could_have_is_refused() {
        for text in ["password", "role,pass word", "a=password", "=role", "a=", "role,role", "role,role=x", "1a"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn users_write_names_and_further_fields_and_no_rights() {
        assert_eq!(writable("first_name,phone").unwrap(), ["first_name", "phone"]);
        for text in ["is_staff", "groups", "email", "username", "id", "phone,phone"] {
            assert_eq!(writable(text), None, "{text}");
        }
    }
}
