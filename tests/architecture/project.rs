//! The project's files and folders, as text.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A package of the workspace.
pub(super) struct Member {
    /// The name, which is also the name of its folder and of its import.
    pub(super) name: String,
    /// The folder, from the root of the project.
    pub(super) folder: String,
    /// The names under `[dependencies]`, in order.
    pub(super) dependencies: Vec<String>,
}

/// Every package but the tests.
pub(super) fn members() -> Vec<Member> {
    let folders = ["shared", "functions", "infra"].into_iter().flat_map(folders);
    folders.filter(|folder| exists(&format!("{folder}/Cargo.toml"))).map(member).collect()
}

/// The folders directly in `top`, sorted.
pub(super) fn folders(top: &str) -> Vec<String> {
    entries(top).into_iter().filter(|path| root().join(path).is_dir()).collect()
}

/// Every page, those at the top and those in `docs`.
pub(super) fn pages() -> Vec<String> {
    let files = entries(".").into_iter().chain(entries("docs"));
    files.filter(|path| path.ends_with(".md")).map(|path| path.trim_start_matches("./").to_owned()).collect()
}

/// Every Rust file below `folder`, sorted.
pub(super) fn rust_files(folder: &str) -> Vec<String> {
    let (folders, files): (Vec<String>, Vec<String>) =
        entries(folder).into_iter().partition(|path| root().join(path).is_dir());
    let below = folders.iter().filter(|folder| !folder.ends_with("/target")).flat_map(|folder| rust_files(folder));
    files.into_iter().filter(|path| path.ends_with(".rs")).chain(below).collect()
}

/// The text of a file, named from the root; empty where there is none, so that the check names what it misses.
pub(super) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Whether there is such a file or folder.
pub(super) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// The lines of one section of a TOML text, without comments and blanks.
pub(super) fn section<'a>(toml: &'a str, name: &str) -> Vec<&'a str> {
    let header = format!("[{name}]");
    let lines = toml.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Stops with one sentence a line, unless there is nothing to say.
pub(super) fn nothing_forgotten(sentences: &[String]) {
    assert!(sentences.is_empty(), "\n{}\n", sentences.join("\n"));
}

fn member(folder: String) -> Member {
    let manifest = text(&format!("{folder}/Cargo.toml"));
    let dependencies = section(&manifest, "dependencies").into_iter().filter_map(dependency).collect();
    let name = folder.rsplit('/').next().unwrap_or_default().to_owned();
    Member { name, folder, dependencies }
}

fn dependency(line: &str) -> Option<String> {
    let name = line.split('=').next()?.trim().trim_end_matches(".workspace");
    Some(name.to_owned())
}

fn entries(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder} cannot be read: {error}"));
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut paths: Vec<String> = names.map(|name| format!("{folder}/{name}")).collect();
    paths.sort();
    paths
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn a_section_ends_where_the_next_begins() {
    let toml = "[a]\nx = 1\n\n# why\ny.workspace = true\n[a.b]\nz = 1\n";
    assert_eq!(section(toml, "a"), ["x = 1", "y.workspace = true"]);
    assert_eq!(section(toml, "a.b"), ["z = 1"]);
    assert_eq!(dependency("y.workspace = true").as_deref(), Some("y"));
}
