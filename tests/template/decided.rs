//! Conditions, decided for some parameters as CloudFormation decides them.

use crate::expanded::Template;
use serde_json::{Map, Value, json};

impl Template {
    /// A part of the template with these parameters: no condition is left in it, and no member without a value.
    pub(crate) fn decided(&self, part: &Value, parameters: &[(&str, &str)]) -> Value {
        match part {
            Value::Array(items) => items.iter().map(|item| self.decided(item, parameters)).collect(),
            Value::Object(members) => match call(members) {
                Some(("Fn::If", given)) => {
                    let chosen = if self.holds(given[0].as_str().unwrap(), parameters) { 1 } else { 2 };
                    self.decided(&given[chosen], parameters)
                }
                Some(("Ref", name)) if name != "AWS::NoValue" => self.parameter(name.as_str().unwrap(), parameters),
                Some(("Fn::Split", given)) => {
                    let text = self.decided(&given[1], parameters);
                    text.as_str().unwrap().split(given[0].as_str().unwrap()).collect()
                }
                Some(("Fn::Select", given)) => self.decided(&given[1], parameters)[0].clone(),
                Some(("Fn::Sub", text)) => self.filled(text.as_str().unwrap(), parameters),
                _ => {
                    let members = members.iter().map(|(name, member)| (name.clone(), self.decided(member, parameters)));
                    members.filter(|(_, member)| *member != json!({"Ref": "AWS::NoValue"})).collect()
                }
            },
            part => part.clone(),
        }
    }

    fn holds(&self, condition: &str, parameters: &[(&str, &str)]) -> bool {
        self.is(&self.root()["Conditions"][condition], parameters)
    }

    fn is(&self, expression: &Value, parameters: &[(&str, &str)]) -> bool {
        let all = || call(expression.as_object().unwrap()).unwrap().1.as_array().unwrap().iter();
        match call(expression.as_object().unwrap()) {
            Some(("Condition", name)) => self.holds(name.as_str().unwrap(), parameters),
            Some(("Fn::And", _)) => all().all(|part| self.is(part, parameters)),
            Some(("Fn::Or", _)) => all().any(|part| self.is(part, parameters)),
            Some(("Fn::Not", part)) => !self.is(&part[0], parameters),
            Some(("Fn::Equals", both)) => self.decided(&both[0], parameters) == self.decided(&both[1], parameters),
            _ => panic!("no condition: {expression}"),
        }
    }

    fn parameter(&self, name: &str, parameters: &[(&str, &str)]) -> Value {
        let given = parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| json!(value));
        given.unwrap_or_else(|| self.root()["Parameters"][name]["Default"].clone())
    }

    fn filled(&self, text: &str, parameters: &[(&str, &str)]) -> Value {
        let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("${{{name}}}"), value);
        parameters.iter().fold(text.to_owned(), fill).into()
    }
}

/// The only member of a call: its function and what it is given.
fn call(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, given) = members.iter().next().filter(|_| members.len() == 1)?;
    Some((name.as_str(), given))
}
