//! Settings that hold Python code in place of what it gives, copied out of a project's `settings.py`. As a key such a text would be one
//! that everybody knows who has read the project.

use crate::{fault::Fault, table::TABLE};

/// How calls and look-ups begin that read something from elsewhere; they end in a bracket.
const CALLS: [&str; 8] =
    ["config(", "decouple.config(", "env(", "env.", "env[", "get_random_secret_key(", "os.environ", "os.getenv("];

/// Django's own key, by its name.
const NAMES: [&str; 3] = ["SECRET_KEY", "settings.SECRET_KEY", "django.conf.settings.SECRET_KEY"];

/// A fault for each setting that is given as code. The code is not shown: it may have a default in it that is a secret.
pub(crate) fn unread(lookup: &impl Fn(&str) -> Option<String>) -> impl Iterator<Item = Fault> {
    let given = TABLE.iter().filter(|row| lookup(row.variable).is_some_and(|value| is_code(value.trim())));
    given.map(|row| Fault::new(row.variable, "is Python code, which is not run; give what it says in the project"))
}

fn is_code(text: &str) -> bool {
    let is_call = CALLS.iter().any(|call| text.starts_with(call)) && text.ends_with([')', ']']);
    is_call || NAMES.contains(&text)
}

#[cfg(test)]
mod tests {
    use crate::table::Settings;

    #[test]
    fn code_is_no_key_and_is_not_shown() {
        for code in [
            "env('JWT_KEY')",
            "env.str(\"JWT_KEY\", default='hush')",
            "os.environ['JWT_KEY']",
            "os.environ.get('JWT_KEY', 'hush')",
            "os.getenv(\"JWT_KEY\")",
            "config('JWT_KEY', default='hush')",
            "settings.SECRET_KEY",
            " SECRET_KEY ",
        ] {
            for name in ["SIGNING_KEY", "JWT_SECRET_KEY", "ISSUER", "AUDIENCE"] {
                let fault = Settings::of(&[(name, code)]).unwrap_err().to_string();
                let told = fault.lines().any(|line| line.starts_with(&format!("{name}: is Python code")));
                assert!(told && !fault.contains("hush"), "{name}={code}: {fault}");
            }
        }
    }

    #[test]
    fn what_only_begins_like_code_is_a_value() {
        for value in ["env(7f, not a call at all, and long enough", "config", "environment", "SECRET_KEY_of_ours"] {
            assert!(Settings::of(&[("SIGNING_KEY", value)]).is_ok(), "{value}");
        }
    }
}
