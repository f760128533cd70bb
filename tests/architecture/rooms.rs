//! How a crate is divided: no circle of files, and no folder with more files than a reader can keep in mind.

use super::{project, source::Source};
use std::collections::{BTreeMap, BTreeSet};

/// The most files and folders that stand beside each other.
const SIBLINGS: usize = 20;

/// The path of a module from the root of its crate: empty for the root itself.
pub(super) type Module = Vec<String>;

/// The files that each file names.
pub(super) type Arrows<'a> = BTreeMap<&'a Module, BTreeSet<&'a Module>>;

/// The files of a crate by their modules.
pub(super) struct Crate {
    folder: String,
    pub(super) files: BTreeMap<Module, &'static Source>,
}

#[test]
fn no_crate_has_a_circle_of_files() {
    let sentences: Vec<String> = crates().iter().flat_map(Crate::circles).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn no_folder_has_too_many_siblings() {
    let sentences: Vec<String> = crates().iter().flat_map(Crate::crowds).collect();
    project::nothing_forgotten(&sentences);
}

/// Every crate and every target of the tests.
fn crates() -> Vec<Crate> {
    let members = project::members().into_iter().map(|member| format!("{}/src", member.folder));
    let crates: Vec<Crate> = members.chain(project::folders("tests")).map(Crate::of).collect();
    crates.into_iter().filter(|a| !a.files.is_empty()).collect()
}

impl Crate {
    pub(super) fn of(folder: String) -> Self {
        let files = Source::all(&folder).into_iter().map(|source| (module(&source.path, &folder), source)).collect();
        Self { folder, files }
    }

    /// The files that each file names.
    pub(super) fn all_arrows(&self) -> Arrows<'_> {
        self.files.iter().map(|(module, source)| (module, self.arrows(module, source))).collect()
    }

    /// One sentence for each file from which one comes back to it.
    fn circles(&self) -> Vec<String> {
        let arrows = self.all_arrows();
        let circling = self.files.keys().filter_map(|start| {
            let next = arrows.get(start)?.iter().find(|next| reached(&arrows, next).contains(start))?;
            Some(format!("{} is in a circle of files: it names {}", self.name(start), self.name(next)))
        });
        circling.collect()
    }

    /// The modules of this crate that a file names outside its tests.
    fn arrows(&self, from: &Module, source: &Source) -> BTreeSet<&Module> {
        let named = source.names.iter().filter_map(|name| self.named(from, name));
        named.filter(|module| *module != from).collect()
    }

    /// The file that holds what a path names; `None` where that is of another crate.
    fn named(&self, from: &Module, name: &str) -> Option<&Module> {
        let segments: Vec<&str> = name.split("::").collect();
        // `pub(crate)` alone names no file.
        let (first, rest) = segments.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let ups = segments.iter().take_while(|segment| **segment == "super").count();
        let path: Module = match *first {
            "crate" => rest.iter().map(|segment| (*segment).to_owned()).collect(),
            "self" => joined(from, rest),
            "super" => joined(from.get(..from.len().checked_sub(ups)?)?, segments.get(ups..)?),
            child if !self.files.contains_key(&joined(from, &[child])) => return None,
            _ => joined(from, &segments),
        };
        let known = (0..=path.len()).rev().filter_map(|length| self.files.get_key_value(path.get(..length)?));
        known.map(|(module, _)| module).next()
    }

    /// One sentence for each folder in which too much stands.
    fn crowds(&self) -> Vec<String> {
        let mut folders: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
        for module in self.files.keys() {
            for (depth, name) in module.iter().enumerate() {
                folders.entry(module.get(..depth).unwrap_or_default()).or_default().insert(name);
            }
        }
        let crowded = folders.into_iter().filter(|(_, names)| names.len() > SIBLINGS);
        crowded
            .map(|(folder, names)| {
                let folder = [std::slice::from_ref(&self.folder), folder].concat().join("/");
                format!("{folder} has {} modules beside each other; {SIBLINGS} are the limit: make rooms", names.len())
            })
            .collect()
    }

    fn name(&self, module: &Module) -> &str {
        self.files.get(module).map_or("", |source| source.path.as_str())
    }
}

/// Every file that one comes to from another, and that one itself.
pub(super) fn reached<'a>(arrows: &Arrows<'a>, start: &'a Module) -> BTreeSet<&'a Module> {
    let (mut reached, mut waiting) = (BTreeSet::from([start]), vec![start]);
    while let Some(module) = waiting.pop() {
        let next = arrows.get(module).into_iter().flatten().copied();
        waiting.extend(next.filter(|next| reached.insert(*next)));
    }
    reached
}

fn joined(module: &[String], segments: &[&str]) -> Module {
    module.iter().cloned().chain(segments.iter().map(|segment| (*segment).to_owned())).collect()
}

/// The module of a file, from the root of the crate in `folder`.
fn module(path: &str, folder: &str) -> Module {
    let inside = path.trim_start_matches(folder).trim_start_matches('/').trim_end_matches(".rs");
    let mut module: Module = inside.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|name| ["lib", "main", "mod"].contains(&name.as_str())) {
        module.pop();
    }
    module
}

#[test]
fn a_path_leads_to_the_file_that_holds_it() {
    let api = Crate::of("shared/api/src".to_owned());
    let from = |module: &str, name: &str| {
        let module: Module = module.split("::").map(str::to_owned).collect();
        api.named(&module, name).map(|module| module.join("::"))
    };
    let legacy = "authentication::legacy::guard";
    assert_eq!(from("answer", "crate::authentication::gate::enter").as_deref(), Some("authentication::gate"));
    assert_eq!(from(legacy, "super::cookie::read").as_deref(), Some("authentication::legacy::cookie"));
    assert_eq!(from(legacy, "super::super::origin").as_deref(), Some("authentication::origin"));
    assert_eq!(from("authorizer", "event::Event").as_deref(), Some("authorizer::event"));
    assert_eq!(from("authorizer", "serde_json::Value"), None);
    assert_eq!(from("answer", "crate::Unknown").as_deref(), Some(""));
}
