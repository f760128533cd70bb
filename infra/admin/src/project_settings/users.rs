//! What a project's settings say about its users: their model, and the field that they log in with.

use serde_json::{Map, Value};

/// What to do about a field that nobody logs in with here.
pub(super) const LOGIN_FIELD: &str =
    "is a field of your own: its values become the usernames, and clients send them as username";

/// The `USERNAME_FIELD` of the user model.
pub(super) fn login_field(project: &Map<String, Value>) -> Option<&str> {
    project.get("USERNAME_FIELD").and_then(Value::as_str)
}

/// The commands that bring the users of a model of the project's own.
pub(super) fn import(project: &Map<String, Value>) -> Option<String> {
    let model = project.get("AUTH_USER_MODEL").and_then(Value::as_str)?.to_ascii_lowercase();
    let field = match login_field(project) {
        None | Some("email" | "username") => String::new(),
        Some(field) => format!(" --username-field {field}"),
    };
    let commands = format!(
        "python manage.py dumpdata {model} auth.group --output users.json\n\
         latchkey users import users.json --model {model}{field} --attributes all --dry-run\n"
    );
    (model != "auth.user").then_some(commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn commands(project: Value) -> Option<String> {
        import(project.as_object().unwrap())
    }

    #[test]
    fn a_model_of_the_projects_own_is_in_the_commands_that_bring_its_users() {
        assert_eq!(commands(json!({})), None);
        assert_eq!(commands(json!({"AUTH_USER_MODEL": "auth.User", "USERNAME_FIELD": "username"})), None);
        let told = commands(json!({"AUTH_USER_MODEL": "people.Person", "USERNAME_FIELD": "phone"})).unwrap();
        assert!(told.starts_with("python manage.py dumpdata people.person auth.group"), "{told}");
        assert!(told.contains("--model people.person --username-field phone --attributes all"), "{told}");
    }
}
