//! Who the operator is to AWS: the environment's keys, or whatever the AWS command line knows of a profile (SSO, roles, processes).

use crate::fault::Fault;
use serde::Deserialize;
use settings::environment;
use std::process::{Command, Stdio};
use store::Credentials;

/// One variable; an empty one counts as absent.
pub(crate) fn variable(name: &str) -> Option<String> {
    environment::variable(name).filter(|value| !value.trim().is_empty())
}

/// # Errors
/// No region anywhere.
pub(crate) fn region(profile: Option<&str>) -> Result<String, Fault> {
    let given = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let found = given.or_else(|| aws(&["configure", "get", "region"], profile).map(|text| text.trim().to_owned()));
    found.filter(|region| !region.is_empty()).ok_or_else(|| {
        Fault::usage("no region is set").next("give --region, such as --region eu-central-1, or set AWS_REGION")
    })
}

/// # Errors
/// Neither the environment nor the AWS command line has any.
pub(crate) fn credentials(profile: Option<&str>) -> Result<Credentials, Fault> {
    if profile.is_none()
        && let (Some(key_id), Some(secret_key)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"))
    {
        return Ok(Credentials { key_id, secret_key, session_token: variable("AWS_SESSION_TOKEN") });
    }
    let exported = aws(&["configure", "export-credentials", "--format", "process"], profile);
    exported.as_deref().and_then(parse).ok_or_else(|| {
        Fault::usage("no AWS credentials: the environment has none and the AWS command line gives none")
            .next("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with version 2 of the AWS command line: aws configure, aws sso login")
    })
}

/// What the AWS command line prints, if it is installed and content.
fn aws(arguments: &[&str], profile: Option<&str>) -> Option<String> {
    let mut command = Command::new("aws");
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
    if let Some(profile) = profile {
        command.args(["--profile", profile]);
    }
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// The form that AWS calls `credential_process`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

fn parse(text: &str) -> Option<Credentials> {
    let exported: Exported = serde_json::from_str(text).ok()?;
    let Exported { access_key_id, secret_access_key, session_token } = exported;
    Some(Credentials { key_id: access_key_id, secret_key: secret_access_key, session_token })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn exported_credentials_are_read() {
        let text = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B", "SessionToken": "C", "Expiration": "2026-11-22T00:00:00Z"}"#;
        let keys = parse(text).unwrap();
        assert_eq!(
            (keys.key_id.as_str(), keys.secret_key.as_str(), keys.session_token.as_deref()),
            ("A", "B", Some("C"))
        );
        assert!(parse(r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B"}"#).is_some());
        assert!(parse("").is_none() && parse("{}").is_none());
    }
}
