//! `admin completions` and `admin man`: what shells and `man` make of them.

use crate::stage::{Ended, Folder, program, run};
use std::{
    fs,
    process::{Command, Stdio},
};

fn admin(arguments: &str) -> Ended {
    let mut command = Command::new(program("admin"));
    command.args(arguments.split_whitespace());
    run(command, "")
}

/// `docs/operations.md` writes lists into files: half of one must not look like one.
#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_is_no_success() {
    let mut command = Command::new(program("admin"));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = command.args(["completions", "bash"]).stdout(full).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("standard output cannot be written: No space left") && said.contains("make room"), "{said}");
}

#[test]
fn a_reader_that_has_gone_away_is_no_fault() {
    let mut command = Command::new(program("admin"));
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

/// What bash offers for the last of these words.
fn offered(words: &str) -> String {
    let script = format!(
        "source <(\"$ADMIN\" completions bash) && COMP_WORDS=({words}) && COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) && \
         _admin admin \"${{COMP_WORDS[$COMP_CWORD]}}\" && echo \"${{COMPREPLY[@]}}\""
    );
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &script]).env("ADMIN", program("admin"));
    let ended = run(bash, "");
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{words}: {ended:?}");
    ended.out.trim().to_owned()
}

#[test]
fn bash_completes_words_options_and_values() {
    assert_eq!(offered("admin users im"), "import");
    assert_eq!(offered("admin doc"), "doctor");
    assert_eq!(offered("admin sessions end --al"), "--all");
    assert_eq!(offered("admin doctor --stac"), "--stack");
    assert_eq!(offered("admin completions z"), "zsh");
}

#[test]
fn every_shell_has_a_script_of_its_own() {
    for (shell, sign) in [("bash", "complete -F _admin"), ("zsh", "#compdef admin"), ("fish", "complete -c admin")] {
        let ended = admin(&format!("completions {shell}"));
        assert!(ended.code == 0 && ended.out.contains(sign), "{shell}: {ended:?}");
    }
    assert_eq!(admin("completions").code, 2);
}

#[test]
fn the_page_of_a_subcommand_says_what_its_help_says() {
    let ended = admin("man users import");
    assert_eq!(ended.code, 0, "{ended:?}");
    let page = rendered(&ended.out);
    for part in ["admin-users-import", "--dry-run", "--stack", "Examples:", "admin users import"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(rendered(&admin("man").out).contains("users"));
    admin("man user").refused(2, "there is no subcommand \"user\"", "admin --help");
}

/// The page as `man` shows it; where there is no `man`, its text without the backslashes of hyphens.
fn rendered(page: &str) -> String {
    assert!(page.lines().any(|line| line.starts_with(".TH admin")), "{page}");
    if Command::new("man").arg("--version").output().is_err() {
        return page.replace('\\', "");
    }
    let mut man = Command::new("man");
    man.args(["--warnings", "--encoding", "utf8", "--local-file", "-"]);
    man.envs([("MANPAGER", "cat"), ("MANWIDTH", "200"), ("LC_ALL", "C.UTF-8")]);
    let ended = run(man, page);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    ended.out
}

#[test]
fn a_folder_gets_a_page_for_each_subcommand() {
    let folder = Folder::new();
    let pages = folder.path().join("share/man1");
    let ended = admin(&format!("man --to {}", pages.display()));
    assert_eq!(ended.code, 0, "{ended:?}");
    for name in ["admin", "admin-doctor", "admin-keys-rotate", "admin-sessions-end", "admin-users-create"] {
        let page = fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name}")), "{page}");
    }
    admin("man --to /dev/null/pages").refused(2, "/dev/null/pages cannot be written", "where you may write");
}
