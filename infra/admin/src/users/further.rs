//! The further fields of a user on the command line: `--set role=editor --set level:=3 --unset phone`.

use crate::fault::Fault;
use attributes::{Attribute, Attributes};
use clap::Args;
use serde_json::Value;

/// What is set and what is taken away.
#[derive(Args, Clone, Default, PartialEq)]
pub(super) struct Further {
    /// Set an attribute to a text, or with := to JSON: a number, true, false or a list of texts; may be given several times
    #[arg(long, value_name = "NAME=TEXT|NAME:=JSON", value_parser = assignment)]
    set: Vec<Assignment>,
    /// Remove an attribute; may be given several times
    #[arg(long, value_name = "NAME")]
    unset: Vec<String>,
}

/// An attribute by its name. Without a type, as text, it does not take the place of another type.
#[derive(Clone, PartialEq)]
struct Assignment {
    name: String,
    attribute: Attribute,
    is_typed: bool,
}

impl Further {
    /// The attributes after this change.
    ///
    /// # Errors
    /// A name that is none, a type that is another, or more than a row takes.
    pub(super) fn applied(&self, attributes: &Attributes) -> Result<Attributes, Fault> {
        let mut wanted = attributes.clone();
        for name in &self.unset {
            wanted.remove(name);
        }
        for Assignment { name, attribute, is_typed } in &self.set {
            let kind = wanted.get(name).map_or(attribute.kind(), Attribute::kind);
            if kind != attribute.kind() && !is_typed {
                return Err(Fault::refused(format!("{name} is a {kind}, but the given value is text"))
                    .next(format!("write it as JSON, --set '{name}:=…', or --unset {name} first")));
            }
            wanted.put(name, attribute.clone()).map_err(|fault| refused(&fault))?;
        }
        wanted.within_bounds().map_err(|fault| refused(&fault))
    }
}

fn refused(fault: &attributes::Fault) -> Fault {
    Fault::refused(fault.to_string()).next("store it elsewhere, under the id of the user")
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=TEXT or NAME:=JSON")?;
    let (name, json) = name.strip_suffix(':').map_or((name, None), |name| (name, Some(value)));
    let attribute = match json {
        None => Attribute::Text(value.to_owned()),
        Some(json) => {
            let value: Value = serde_json::from_str(json).map_err(|cause| format!("it is not JSON: {cause}"))?;
            if is_rounded(json, &value) {
                return Err("the number has more than 64 bits; write it as a text".to_owned());
            }
            Attribute::of_json(&value).ok_or("give a text, a number, true, false or a list of texts")?
        }
    };
    if !attributes::is_name(name) {
        return Err(attributes::Fault::Name(name.to_owned()).to_string());
    }
    Ok(Assignment { name: name.to_owned(), attribute, is_typed: json.is_some() })
}

/// Whether a whole number has lost digits as it was read.
fn is_rounded(json: &str, value: &Value) -> bool {
    let digits = json.trim().trim_start_matches('-');
    value.is_f64() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn applied(set: &[&str], unset: &[&str], before: Value) -> Result<Value, String> {
        let set = set.iter().map(|text| assignment(text)).collect::<Result<_, _>>()?;
        let further = Further { set, unset: unset.iter().map(|name| (*name).to_owned()).collect() };
        let before = Attributes::of_json(before.as_object().unwrap()).unwrap();
        let after = further.applied(&before).map_err(|fault| fault.to_string())?;
        Ok(Value::Object(after.to_json()))
    }

    #[test]
    fn text_is_text_and_json_has_its_type() {
        let after = applied(&["zip=01234", "level:=3", "tags:=[\"a\"]", "note=a=b"], &["old"], json!({"old": true}));
        assert_eq!(after, Ok(json!({"level": 3, "note": "a=b", "tags": ["a"], "zip": "01234"})));
    }

    #[test]
    fn a_type_is_kept_unless_another_is_named() {
        assert!(applied(&["level=4"], &[], json!({"level": 3})).unwrap_err().contains("level is a number"));
        assert_eq!(applied(&["level:=\"4\""], &[], json!({"level": 3})), Ok(json!({"level": "4"})));
        assert_eq!(applied(&["level=4"], &["level"], json!({"level": 3})), Ok(json!({"level": "4"})));
    }

    #[test]
    fn what_is_no_attribute_is_refused() {
        let odd = [
            "level:=NaN",
            "level:=1e400",
            "level:=1e126",
            "level:=18446744073709551616",
            "level:=[1]",
            "level:=[[\"a\"]]",
        ];
        let names = ["is_staff=1", "pk=1", "caf\u{e9}=x", "=x", "1a=x", "custom:role=x", "user_permissions=x"];
        let others = ["role", "password=x", "level:=x", "level:={}", "level:=null", "a b=c", "level:={\"a\": [1]}"];
        for text in odd.into_iter().chain(names).chain(others) {
            assert!(assignment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_odd_and_can_be_kept_is_kept() {
        let set = [
            "empty=",
            "none:=[]",
            "most:=18446744073709551615",
            "least:=-9223372036854775808",
            "tiny:=1e-130",
            "word=\u{1f511} \u{202e}",
        ];
        let kept = json!({
            "empty": "", "none": [], "most": u64::MAX, "least": i64::MIN, "tiny": 1e-130, "word": "\u{1f511} \u{202e}",
        });
        assert_eq!(applied(&set, &[], json!({})), Ok(kept));
    }
}
