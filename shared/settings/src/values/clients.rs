//! Other software that may ask about tokens, and how it proves who it is.

use crate::values::secret::Secret;

/// The shortest secret of a client, in characters: 16 random letters and digits are 95 bits.
const SHORTEST: usize = 16;

/// The clients of `OAUTH_CLIENTS`. Their secrets are never printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clients {
    clients: Vec<(String, Secret)>,
    is_malformed: bool,
}

impl Clients {
    /// The secret of the client with this id.
    #[must_use]
    pub fn secret_of(&self, id: &str) -> Option<&str> {
        self.clients.iter().find(|(known, _)| known == id).map(|(_, secret)| secret.text())
    }

    /// Each id with its secret.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, Secret)> {
        self.clients.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Whether the text was something else than a list of clients. Then nobody is one, and the start fails; but no fault
    /// shows the text, as it holds secrets.
    pub(crate) fn is_malformed(&self) -> bool {
        self.is_malformed
    }
}

/// Reads `id:secret` pairs with commas between.
pub(crate) fn clients(text: &str) -> Option<Clients> {
    let pairs: Option<Vec<_>> = text.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(client).collect();
    let known = pairs.filter(|pairs| all_differ(pairs));
    Some(Clients { is_malformed: known.is_none(), clients: known.unwrap_or_default() })
}

fn client(pair: &str) -> Option<(String, Secret)> {
    let (id, secret) = pair.split_once(':')?;
    let good = !id.is_empty() && secret.chars().count() >= SHORTEST && !pair.contains(char::is_whitespace);
    good.then(|| (id.to_owned(), Secret::new(secret)))
}

fn all_differ(pairs: &[(String, Secret)]) -> bool {
    pairs.iter().enumerate().all(|(place, (id, _))| pairs.iter().take(place).all(|(other, _)| other != id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_an_id_and_a_secret() {
        let read = clients("app:0123456789abcdef, other:with:colon:0123456789,").unwrap();
        assert_eq!(read.secret_of("app"), Some("0123456789abcdef"));
        assert_eq!(read.secret_of("other"), Some("with:colon:0123456789"));
        assert_eq!((read.secret_of("App"), read.secret_of("")), (None, None));
        assert!(!format!("{read:?}").contains("0123456789"));
        assert_eq!(clients(""), Some(Clients::default()));
    }

    #[test]
    fn what_is_no_list_of_clients_lets_nobody_in() {
        for text in
            ["app", "app:short", ":0123456789abcdef", "app:0123456789 abcdef", "a:0123456789abcdef,a:0123456789abcdef"]
        {
            let read = clients(text).unwrap();
            assert!(read.is_malformed() && read.secret_of("app").is_none() && read.secret_of("a").is_none(), "{text}");
        }
    }
}
