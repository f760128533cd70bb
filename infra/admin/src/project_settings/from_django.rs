//! `latchkey settings from-django`

use crate::{answer::Answer, fault::Fault, new_file, project_settings::moved::Moved, terminal::printable};
use clap::Args;
use serde_json::{Map, Value, json};
use std::{
    fmt::Display,
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// How the settings get here.
const NEXT: &str = "print them as `latchkey settings from-django --help` says";

#[derive(Args)]
#[command(after_help = "\
In the Django project, print the settings as JSON:

  python manage.py shell -v 0 -c 'import json; from django.conf import settings as s; from django.contrib.auth import get_user_model as u;
  names = \"AUTH_USER_MODEL DEFAULT_FROM_EMAIL DJOSER DOMAIN JWT_AUTH PASSWORD_RESET_TIMEOUT REST_AUTH SIMPLE_JWT SITE_NAME\".split();
  print(json.dumps(dict({n: getattr(s, n) for n in dir(s) if n in names or n.startswith((\"ACCOUNT_\", \"CORS_\"))},
  USERNAME_FIELD=u().USERNAME_FIELD), default=str))' > settings.json

Type this command on one line. Settings with their default value are left out. A list names each setting that Latchkey does not
convert, and says what to do instead. The values may hold keys, and latchkey.env then holds them, too. `latchkey keys import` imports
a key into a deployed service.

Examples:
  latchkey settings from-django settings.json
  latchkey settings from-django - --output latchkey.env < settings.json")]
pub(crate) struct Arguments {
    /// Where the settings come from: a file of JSON, or - for standard input
    source: String,
    /// Write the variables to this new file instead of printing them
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<Answer, Fault> {
        let moved = Moved::of(&parsed(&self.printed()?)?);
        let variables = moved.env();
        let head = match &self.output {
            Some(path) => written(path, &variables)?,
            None => variables,
        };
        let json = json!({
            "variables": moved.variables().collect::<Map<_, _>>(),
            "parameters": moved.parameters(),
            "import": moved.import,
            "not_followed": moved.unfollowed.iter().map(|(name, what)| json!({"setting": name, "what": what})).collect::<Vec<_>>(),
        });
        Ok(Answer::new(format!("{head}{}", remarks(&moved)), json))
    }

    fn printed(&self) -> Result<String, Fault> {
        let mut text = String::new();
        let read = match self.source.as_str() {
            "-" => io::stdin().read_to_string(&mut text).map(|_| text),
            path => fs::read_to_string(path),
        };
        read.map_err(|cause| Fault::usage(format!("{} cannot be read: {cause}", self.source)).next(NEXT))
    }
}

/// The object in what `manage.py shell` printed: it may greet before it.
fn parsed(printed: &str) -> Result<Map<String, Value>, Fault> {
    let json = printed.find('{').and_then(|start| printed.get(start..)).unwrap_or_default();
    let fault = |cause: &dyn Display| Fault::usage(format!("no settings in JSON were found: {cause}")).next(NEXT);
    let settings: Map<String, Value> = serde_json::from_str(json.trim_end()).map_err(|cause| fault(&cause))?;
    if settings.is_empty() { Err(fault(&"there are none")) } else { Ok(settings) }
}

fn written(path: &Path, variables: &str) -> Result<String, Fault> {
    let mut file = new_file::create(path)?;
    file.write_all(variables.as_bytes()).map_err(|cause| new_file::unwritable(path, &cause))?;
    Ok(format!("# wrote {}\n", path.display()))
}

/// What is to be said beside the variables, as comments.
fn remarks(moved: &Moved) -> String {
    let parameters: String = moved.parameters().iter().map(|given| format!("#   \"{given}\",\n")).collect();
    let list = |(name, what): &(String, String)| format!("# {}: {}\n", printable(name), printable(what));
    let unfollowed: String = moved.unfollowed.iter().map(list).collect();
    let mut remarks =
        format!("\n# In samconfig.toml, for a deployed service:\n# parameter_overrides = [\n{parameters}# ]\n");
    let commands =
        moved.import.iter().flat_map(|commands| commands.lines()).map(|line| format!("#   {}\n", printable(line)));
    let commands: String = commands.collect();
    if !commands.is_empty() {
        remarks.push_str(&format!("\n# For the users of this project:\n{commands}"));
    }
    if !unfollowed.is_empty() {
        remarks.push_str(&format!("\n# What Latchkey does not take over, and what to do instead:\n{unfollowed}"));
    }
    remarks
}
