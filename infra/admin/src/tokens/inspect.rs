//! `latchkey tokens inspect`

mod anatomy;
mod verdict;

use crate::{
    ambient,
    answer::Answer,
    connection::deployment::{Deployment, DeploymentArgs},
    fault::Fault,
    keys::view::name,
    terminal::{count::count, date::date, printable},
    tokens::inspect::{anatomy::Anatomy, verdict::Judgement},
};
use clap::Args;
use serde_json::{Value, json};
use settings::{Settings, UserIdField};
use std::io::{self, Read};
use store::{EndReason, Store, TokenStatus};
use token::{Key, KeySet};

#[derive(Args)]
#[command(after_help = "\
Says what a token holds, which key signed it, the state of its session and its user, and whether the service accepts it. The exit
code is 0 for an accepted token, and 1 for a refused one. The command only reads. It does not know keys of JWK_URL and tokens of LEGACY.

A valid token is a secret. With - the command reads it from standard input, so it is not in the history of the shell. The settings
are those of the stack, or else those of the environment.

Examples:
  latchkey tokens inspect eyJhbGciOi…
  pbpaste | latchkey tokens inspect - --stack latchkey
  latchkey tokens inspect - --json < token.txt")]
pub(crate) struct Arguments {
    /// The token, or - for standard input
    token: String,
}

/// All there is to say of a token.
struct Inspection<'a> {
    anatomy: Anatomy,
    signer: Option<&'a Key>,
    status: TokenStatus,
    verdict: Judgement,
}

impl Arguments {
    pub(crate) async fn run(&self, deployment_args: &DeploymentArgs) -> Result<Answer, Fault> {
        let raw = read(&self.token)?;
        let anatomy = Anatomy::of(&raw).ok_or_else(|| {
            Fault::refused(
                "this is no token: it is not three parts of base64url with dots between them, the first two JSON",
            )
            .next("give the token alone, without Bearer and without quotation marks")
        })?;
        let deployment = Deployment::of(deployment_args).await?;
        let settings = deployment.stated()?;
        let (keys, now) = (keys(&deployment, settings).await?, ambient::now());
        let signer = anatomy.signer(&raw, &keys, settings, now);
        let store = deployment.store.as_ref().map_err(Clone::clone)?;
        let status = status(&anatomy, settings, store).await?;
        let verdict = Judgement::of(&raw, &anatomy, (&keys, signer), &status, settings, now);
        let inspection = Inspection { anatomy, signer, status, verdict };
        let answer = Answer::new(inspection.text(now), inspection.json());
        Ok(Answer { refused: !inspection.verdict.is_good(), ..answer })
    }
}

fn read(given: &str) -> Result<String, Fault> {
    if given != "-" {
        return Ok(given.trim().to_owned());
    }
    let mut text = String::new();
    let longest = u64::try_from(token::MAX_BYTES).unwrap_or(u64::MAX).saturating_mul(2);
    let read = io::stdin().lock().take(longest).read_to_string(&mut text);
    read.map_err(|cause| Fault::usage(format!("standard input cannot be read: {cause}")))?;
    Ok(text.trim().to_owned())
}

async fn keys(deployment: &Deployment, settings: &Settings) -> Result<KeySet, Fault> {
    let stated = settings.keys().map_err(|faults| Fault::usage(faults.to_string().trim_end()))?;
    match stated {
        Some(keys) => Ok(keys),
        None => {
            let kept = deployment.kept_keys().await?;
            kept.ok_or_else(|| Fault::usage("no secret with the keys is named").next("give --keys-secret NAME"))
        }
    }
}

async fn status(anatomy: &Anatomy, settings: &Settings, store: &Store) -> Result<TokenStatus, Fault> {
    let names = &settings.rules().names;
    let (jti, claimed) = (anatomy.text(&names.jti).unwrap_or_default(), anatomy.text(&names.user_id));
    let user = match (settings.user_id_field, claimed) {
        (_, None) | (UserIdField::Id, _) => None,
        (UserIdField::Email, Some(email)) => store.user_with_email(&email).await?,
        (UserIdField::Username, Some(username)) => store.user_named(&username).await?,
    };
    let claimed = anatomy.text(&names.user_id).filter(|_| settings.user_id_field == UserIdField::Id);
    let id = user.map(|user| user.id).or(claimed);
    Ok(store.token_status(token::session_of(&jti), &jti, id.as_deref()).await?)
}

impl Inspection<'_> {
    fn text(&self, now: i64) -> String {
        let mut lines = vec![
            ("header", self.anatomy.header.to_string()),
            ("claims", self.anatomy.claims.to_string()),
            ("signed by", self.signer()),
        ];
        lines.extend(self.anatomy.times(now));
        lines.extend(self.user().map(|user| ("user", user)));
        lines.extend(self.session().map(|session| ("session", session)));
        lines.extend(self.verdict.lines());
        lines.iter().map(|(name, text)| format!("{name:<10} {}\n", printable(text))).collect()
    }

    fn json(&self) -> Value {
        let session = self.status.session.as_ref();
        json!({
            "header": self.anatomy.header,
            "claims": self.anatomy.claims,
            "signed_by": self.signer.map(|key| json!({"kid": key.kid(), "algorithm": key.algorithm().name()})),
            "user": self.status.user.as_ref().map(|user| json!({
                "id": user.id, "username": user.username, "is_active": user.is_active,
            })),
            "session": session.map(|session| json!({
                "id": session.sid,
                "created_at": date(session.created_at),
                "refreshed": session.generation,
                "revoked_at": session.revoked_at.map(date),
                "reason": session.reason.map(EndReason::word),
            })),
            "good": self.verdict.is_good(),
            "refused_because": self.verdict.refused,
            "notes": self.verdict.notes,
        })
    }

    fn signer(&self) -> String {
        match self.signer {
            Some(key) if key.is_verify_only() => {
                format!("{} ({}), which only verifies", name(key.kid()), key.algorithm())
            }
            Some(key) => format!("{} ({})", name(key.kid()), key.algorithm()),
            None => "no key of this deployment".to_owned(),
        }
    }

    fn user(&self) -> Option<String> {
        let user = self.status.user.as_ref()?;
        let state = if user.is_active { "" } else { ", disabled" };
        Some(format!("{} (id {}){state}", user.username, user.id))
    }

    fn session(&self) -> Option<String> {
        let session = self.status.session.as_ref()?;
        let (began, times) = (date(session.created_at), count(session.generation, "time"));
        Some(format!("{}, began {began}, refreshed {times}", session.sid))
    }
}
