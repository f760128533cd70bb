//! Links lead somewhere; the README leads to every page and names the compiler that the manifest asks for.

use super::project;

#[test]
fn every_link_leads_somewhere() {
    let dead = project::pages().into_iter().flat_map(|page| {
        let text = project::text(&page);
        let dead = links(&text).filter(|link| !leads_somewhere(&page, link));
        dead.map(|link| format!("{page} links to {link}, which is nowhere")).collect::<Vec<_>>()
    });
    project::nothing_forgotten(&dead.collect::<Vec<_>>());
}

#[test]
fn the_readme_leads_to_every_page() {
    let readme = project::text("README.md");
    let pages = project::pages().into_iter().filter(|page| page.starts_with("docs/"));
    let lost = pages.filter(|page| !readme.contains(&format!("]({page})")));
    project::nothing_forgotten(&lost.map(|page| format!("README.md must lead to {page}")).collect::<Vec<_>>());
}

#[test]
fn the_readme_names_the_compiler_of_the_manifest() {
    let manifest = project::text("Cargo.toml");
    let versions = project::section(&manifest, "workspace.package").into_iter();
    let version = versions.filter_map(|line| line.strip_prefix("rust-version = ")).collect::<String>();
    let words = format!("[Rust](https://rustup.rs) {} or newer", version.trim_matches('"'));
    assert!(project::text("README.md").contains(&words), "README.md must say: {words}");
}

#[test]
fn a_link_is_read_as_a_browser_does() {
    let page = "# A `b` c, (d)-e!\nSee [x](y.md#z) and [w](#v).\n```sh\n# no heading, no [link](u)\n```\n";
    assert_eq!(links(page).collect::<Vec<_>>(), ["y.md#z", "#v"]);
    assert_eq!(anchors(page).collect::<Vec<_>>(), ["a-b-c-d-e"]);
    assert!(leads_somewhere("docs/keys.md", "../README.md#run-it"));
    assert!(!leads_somewhere("docs/keys.md", "../README.md#no-such-heading"));
    assert!(!leads_somewhere("docs/keys.md", "README.md"));
}

/// Addresses elsewhere are taken on trust.
fn leads_somewhere(page: &str, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match (path, page.rsplit_once('/')) {
        ("", _) => page.to_owned(),
        (path, Some((folder, _))) => format!("{folder}/{path}"),
        (path, None) => path.to_owned(),
    };
    let has_anchor = || anchor.is_empty() || anchors(&project::text(&target)).any(|known| known == anchor);
    link.contains("://") || (project::exists(&target) && has_anchor())
}

fn links(page: &str) -> impl Iterator<Item = &str> {
    prose(page).flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
}

/// What a heading is called in an address: its letters, digits, dashes and, for each space, a dash.
fn anchors(page: &str) -> impl Iterator<Item = String> {
    let headings = prose(page).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings.map(|heading| {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    })
}

/// The lines that are not in a block of code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    page.split("```").step_by(2).flat_map(str::lines)
}
