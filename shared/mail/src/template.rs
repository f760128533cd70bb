//! The templates: three files for each kind of mail, in the folder `mails/`. They are part of the program that sends, so that
//! nobody who can write a file or a table can change what is said.

use minijinja::{Environment, Error, Value};
use store::MailKind;

/// Subject, text and HTML of one kind, as they are in the files.
struct Files {
    subject: &'static str,
    text: &'static str,
    html: &'static str,
}

macro_rules! files {
    ($word:literal) => {
        Files {
            subject: include_str!(concat!("../../../mails/", $word, ".subject.txt")),
            text: include_str!(concat!("../../../mails/", $word, ".txt")),
            html: include_str!(concat!("../../../mails/", $word, ".html")),
        }
    };
}

const fn files(kind: MailKind) -> Files {
    match kind {
        MailKind::Activation => files!("activation"),
        MailKind::Confirmation => files!("confirmation"),
        MailKind::PasswordChanged => files!("password_change"),
        MailKind::PasswordReset => files!("password_reset"),
        MailKind::UsernameChanged => files!("username_change"),
        MailKind::UsernameReset => files!("username_reset"),
    }
}

/// Subject, text and HTML, filled in. The HTML escapes what is filled in; the subject is one line.
pub(crate) fn render(kind: MailKind, values: &Value) -> Result<[String; 3], Error> {
    let (environment, files) = (Environment::new(), files(kind));
    let subject = environment.render_named_str("subject.txt", files.subject, values)?;
    let text = environment.render_named_str("text.txt", files.text, values)?;
    let html = environment.render_named_str("text.html", files.html, values)?;
    Ok([one_line(&subject), text, html])
}

/// Text without anything that ends a line or turns its direction: it would begin another header, or look like another sentence.
pub(crate) fn one_line(text: &str) -> String {
    let is_odd = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = text.trim().chars().map(|c| if is_odd(c) { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn rendered(kind: MailKind, name: &str) -> [String; 3] {
        let user = context! { username => one_line(name), email => "a@example.com" };
        let values = context! { user, url => "https://app.example.com/a/MQ/t-1?x=1&y=2", site_name => "Example" };
        render(kind, &values).unwrap()
    }

    #[test]
    fn every_kind_has_its_files_and_says_the_link_where_it_has_one() {
        for kind in MailKind::ALL {
            let [subject, text, html] = rendered(kind, "alice");
            assert!(subject.contains("Example") && !subject.contains('\n'), "{subject}");
            assert!(!format!("{subject}{text}{html}").contains("{{"), "{text}");
            let has_link = matches!(kind, MailKind::Activation | MailKind::PasswordReset | MailKind::UsernameReset);
            assert_eq!(text.contains("\nhttps://app.example.com/a/MQ/t-1?x=1&y=2\n"), has_link, "{text}");
            assert_eq!(html.contains("t-1?x=1&amp;y=2"), has_link, "{html}");
        }
    }

    #[test]
    fn a_hostile_name_adds_no_line_and_no_element() {
        let name = "x\r\nBcc: all@example.com\n\nVisit <a href=\"https://evil.example\">\u{202e}moc.elgoog";
        for kind in MailKind::ALL {
            let ([subject, text, html], plain) = (rendered(kind, name), rendered(kind, "alice"));
            assert_eq!(
                (text.lines().count(), html.lines().count()),
                (plain[1].lines().count(), plain[2].lines().count())
            );
            assert!(!subject.contains("Bcc") && !html.contains("<a href=\"https://evil"), "{html}");
            assert!(!text.contains('\u{202e}'), "{text}");
        }
    }
}
