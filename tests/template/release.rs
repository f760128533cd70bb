//! What `make release` makes of the templates and of the programs.

use std::process::Command;
use tests::tools;

/// Runs a line of Python that has `infra/tools/release.py` at hand.
fn python(line: &str) -> String {
    let line = format!("import sys; sys.path.insert(0, 'infra/tools'); import release; {line}");
    let output = tools::done(Command::new(tools::tool("python")).args(["-B", "-c", &line]));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_template_of_a_release_names_archives_and_builds_nothing() {
    for template in ["template.yaml", "infra/http-api.yaml"] {
        let source = std::fs::read_to_string(tools::root().join(template)).unwrap();
        let made = python(&format!("print(release.packaged(open('{template}').read(), 'x86_64'), end='')"));
        let named: Vec<&str> = made.lines().filter_map(|line| line.trim().strip_prefix("CodeUri: ")).collect();
        let functions = source.lines().filter(|line| line.trim().starts_with("CodeUri: ")).count();
        assert_eq!(named.len(), functions);
        let mut archives: Vec<&str> = named.into_iter().map(|name| name.strip_suffix(".zip").unwrap()).collect();
        archives.sort_unstable();
        archives.dedup();
        let mut programs = tools::programs();
        programs.sort_unstable();
        assert_eq!(archives, programs, "{template}");
        assert!(!made.contains("BuildMethod"), "{template}");
        assert!(made.contains("  Architecture:\n    Type: String\n    Default: x86_64\n"), "{template}");
        assert_eq!(made.lines().count(), source.lines().count() - functions, "nothing else is different");
    }
}

#[test]
fn an_archive_is_the_same_whenever_it_is_made() {
    let made = python(
        "import time; one = release.archive(b'program'); time.sleep(2.1); \
         print(one == release.archive(b'program'), [(e.filename, oct(e.external_attr >> 16), e.date_time) \
         for e in release.zipfile.ZipFile(release.io.BytesIO(one)).infolist()])",
    );
    assert_eq!(made.trim(), "True [('bootstrap', '0o100755', (1980, 1, 1, 0, 0, 0))]");
}

#[test]
fn make_functions_builds_every_program() {
    let made = tools::done(Command::new("make").args(["--dry-run", "functions"]));
    let said = String::from_utf8(made.stdout).unwrap();
    for program in tools::programs() {
        let manifest = std::fs::read_to_string(tools::root().join(format!("functions/{program}/Cargo.toml"))).unwrap();
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap().trim_matches('"');
        assert!(said.split_whitespace().any(|word| word == name), "make functions must build {name}: {said}");
    }
}
