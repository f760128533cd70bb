//! `latchkey completions` and `latchkey man`: what shells and `man` make of them.

use crate::served_folder::{Ended, Folder, program, run};
use std::{
    fs,
    process::{Command, Stdio},
};

fn latchkey(arguments: &str) -> Ended {
    let mut command = Command::new(program("latchkey"));
    command.args(arguments.split_whitespace());
    run(command, "")
}

/// `docs/operations.md` writes lists into files: half of one must not look like one.
#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_written_is_no_success() {
    let mut command = Command::new(program("latchkey"));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = command.args(["completions", "bash"]).stdout(full).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("standard output cannot be written: No space left") && said.contains("make room"), "{said}");
}

#[test]
fn a_reader_that_has_gone_away_is_no_fault() {
    let mut command = Command::new(program("latchkey"));
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

/// What bash offers for the last of these words.
fn offered(words: &str) -> String {
    let script = format!(
        "source <(\"$PROGRAM\" completions bash) && COMP_WORDS=({words}) && COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) && \
         _latchkey latchkey \"${{COMP_WORDS[$COMP_CWORD]}}\" && echo \"${{COMPREPLY[@]}}\""
    );
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &script]).env("PROGRAM", program("latchkey"));
    let ended = run(bash, "");
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{words}: {ended:?}");
    ended.out.trim().to_owned()
}

#[test]
fn bash_completes_words_options_and_values() {
    assert_eq!(offered("latchkey users im"), "import");
    assert_eq!(offered("latchkey doc"), "doctor");
    assert_eq!(offered("latchkey sessions end --al"), "--all");
    assert_eq!(offered("latchkey doctor --stac"), "--stack");
    assert_eq!(offered("latchkey completions z"), "zsh");
}

#[test]
fn every_shell_has_a_script_of_its_own() {
    for (shell, sign) in
        [("bash", "complete -F _latchkey"), ("zsh", "#compdef latchkey"), ("fish", "complete -c latchkey")]
    {
        let ended = latchkey(&format!("completions {shell}"));
        assert!(ended.code == 0 && ended.out.contains(sign), "{shell}: {ended:?}");
    }
    assert_eq!(latchkey("completions").code, 2);
}

#[test]
fn the_page_of_a_subcommand_says_what_its_help_says() {
    let ended = latchkey("man users import");
    assert_eq!(ended.code, 0, "{ended:?}");
    let page = rendered(&ended.out);
    for part in ["latchkey-users-import", "--dry-run", "--stack", "Examples:", "latchkey users import"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(rendered(&latchkey("man").out).contains("users"));
    latchkey("man user").refused(2, "there is no subcommand \"user\"", "latchkey --help");
}

/// The page as `man` shows it; where there is no `man`, its text without the backslashes of hyphens.
fn rendered(page: &str) -> String {
    assert!(page.lines().any(|line| line.starts_with(".TH latchkey")), "{page}");
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
    let ended = latchkey(&format!("man --to {}", pages.display()));
    assert_eq!(ended.code, 0, "{ended:?}");
    for name in
        ["latchkey", "latchkey-doctor", "latchkey-keys-rotate", "latchkey-sessions-end", "latchkey-users-create"]
    {
        let page = fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name}")), "{page}");
    }
    latchkey("man --to /dev/null/pages").refused(2, "/dev/null/pages cannot be written", "where you may write");
}
