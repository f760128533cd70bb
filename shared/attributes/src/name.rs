//! The names that a further field may have.

/// How long a name may be, in characters. Django's own columns are shorter.
const LONGEST: usize = 64;

/// The fields that every user has, under the names of Django, of our rows and of our exports.
const TAKEN: [&str; 20] = [
    "created_at",
    "date_joined",
    "email",
    "epoch",
    "first_name",
    "groups",
    "id",
    "is_active",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "last_login",
    "last_name",
    "latchkey_attributes",
    "latchkey_epoch",
    "latchkey_owns_email",
    "password",
    "pk",
    "username",
];

/// Django's permissions of a user: keys of another table, of which nothing is known here.
const PERMISSIONS: &str = "user_permissions";

/// Whether a further field may be called so: an identifier in ASCII that no other field has.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_identifier = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && (1..=LONGEST).contains(&name.len());
    is_identifier && name != PERMISSIONS && !TAKEN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_identifier() {
        assert!(["role", "_x", "tenantId", "a1", &"n".repeat(LONGEST)].iter().all(|name| is_name(name)));
        let wrong = ["", "1a", "a b", "a-b", "a=b", "a,b", "é", "a\n", &"n".repeat(LONGEST + 1), "username"];
        assert!(wrong.iter().all(|name| !is_name(name)));
    }
}
