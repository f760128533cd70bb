//! A Rust file as the checks see it: production code, its paths, its functions, its public items.

use super::project;
use proc_macro2::{Span, TokenStream, TokenTree};
use std::sync::LazyLock;
use syn::{
    Attribute, Item, UseTree, Visibility,
    spanned::Spanned,
    visit::{self, Visit},
};

/// What a file says outside its tests and its documentation.
pub(super) struct Source {
    /// From the root of the project.
    pub(super) path: String,
    /// Lines less inline test modules.
    pub(super) lines: usize,
    /// Name and length of every function, signature to closing brace.
    pub(super) functions: Vec<(String, usize)>,
    /// Public items without a doc comment.
    pub(super) undocumented: Vec<String>,
    /// Every path that is named, with the trees of `use` written out.
    pub(super) names: Vec<String>,
    /// Every literal as it is typed.
    pub(super) literals: Vec<String>,
    /// Whether an attribute, also of a test, allows what a lint forbids.
    pub(super) allows: bool,
    /// Whether something stands between what is imported for the file alone.
    pub(super) scattered: bool,
}

impl Source {
    /// One file.
    pub(super) fn of(path: &str) -> Vec<&'static Self> {
        PROJECT.iter().filter(|source| source.path == path).collect()
    }

    /// Every file below `folder`.
    pub(super) fn all(folder: &str) -> Vec<&'static Self> {
        let start = format!("{folder}/");
        PROJECT.iter().filter(|source| source.path.starts_with(&start)).collect()
    }

    fn parse(path: String, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        let mut reader = Reader::default();
        reader.visit_file(&file);
        let lines = text.lines().count().saturating_sub(reader.test_lines);
        let Reader { functions, undocumented, names, literals, allows, .. } = reader;
        Self { path, lines, functions, undocumented, names, literals, allows, scattered: scattered(&file.items) }
    }

    /// Whether the file names `path`, something below it, or a path that ends in it.
    pub(super) fn names(&self, path: &str) -> bool {
        let (below, end) = (format!("{path}::"), format!("::{path}"));
        let inside = format!("::{path}::");
        self.names
            .iter()
            .any(|name| name == path || name.starts_with(&below) || name.ends_with(&end) || name.contains(&inside))
    }

    /// Whether the file names the crate or path `path` from its first segment on.
    pub(super) fn names_from_the_root(&self, path: &str) -> bool {
        let below = format!("{path}::");
        self.names.iter().any(|name| name == path || name.starts_with(&below))
    }

    /// Whether the file names a crate whose import starts like this.
    pub(super) fn names_crate(&self, start: &str) -> bool {
        self.names.iter().any(|name| name.trim_start_matches("::").starts_with(start))
    }
}

fn scattered(items: &[Item]) -> bool {
    let imports = items.iter().filter_map(|item| match item {
        Item::Use(import) if matches!(import.vis, Visibility::Inherited) => Some(import.span()),
        _ => None,
    });
    imports.clone().zip(imports.skip(1)).any(|(one, next)| next.start().line > one.end().line + 1)
}

/// Everything, read once for all checks.
static PROJECT: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let paths = ["shared", "functions", "infra", "tests"].into_iter().flat_map(project::rust_files);
    let read = |path: String| {
        let text = project::text(&path);
        Source::parse(path, &text)
    };
    paths.map(read).collect()
});

#[derive(Default)]
struct Reader {
    functions: Vec<(String, usize)>,
    undocumented: Vec<String>,
    names: Vec<String>,
    literals: Vec<String>,
    allows: bool,
    test_lines: usize,
}

impl Reader {
    fn function(&mut self, name: &syn::Ident, from: Span, to: Span) {
        self.functions.push((name.to_string(), height(from, to)));
    }

    fn public(&mut self, visibility: &syn::Visibility, attributes: &[Attribute], name: &str) {
        let documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        if matches!(visibility, syn::Visibility::Public(_)) && !documented {
            self.undocumented.push(name.to_owned());
        }
    }

    /// The paths and literals of code that is not parsed further: the arguments of macros.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = String::new();
        for tree in tokens {
            match tree {
                TokenTree::Ident(name) if path.is_empty() || path.ends_with("::") => path.push_str(&name.to_string()),
                TokenTree::Ident(name) => self.named(std::mem::replace(&mut path, name.to_string())),
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => path.push(':'),
                TokenTree::Punct(_) => self.named(std::mem::take(&mut path)),
                TokenTree::Literal(literal) => self.literals.push(literal.to_string()),
                TokenTree::Group(group) => self.tokens(group.stream()),
            }
        }
        self.named(path);
    }

    fn named(&mut self, path: String) {
        let path = path.trim_end_matches(':');
        if !path.is_empty() {
            self.names.push(path.to_owned());
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => self.test_lines += height(module.span(), module.span()),
            Item::Fn(function) if is_test(&function.attrs) => {
                self.test_lines += height(function.span(), function.span())
            }
            Item::Fn(item) => self.public(&item.vis, &item.attrs, &item.sig.ident.to_string()),
            Item::Struct(item) => self.public(&item.vis, &item.attrs, &item.ident.to_string()),
            Item::Enum(item) => self.public(&item.vis, &item.attrs, &item.ident.to_string()),
            Item::Trait(item) => self.public(&item.vis, &item.attrs, &item.ident.to_string()),
            Item::Const(item) => self.public(&item.vis, &item.attrs, &item.ident.to_string()),
            Item::Type(item) => self.public(&item.vis, &item.attrs, &item.ident.to_string()),
            _ => {}
        }
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig.ident, item.sig.span(), item.block.span());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.public(&item.vis, &item.attrs, &item.sig.ident.to_string());
        self.function(&item.sig.ident, item.sig.span(), item.block.span());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig.ident, item.sig.span(), block.span());
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        written_out(&item.tree, "", &mut self.names);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.named(segments.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_lit(&mut self, literal: &'a syn::Lit) {
        self.tokens(quote::ToTokens::to_token_stream(literal));
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        let text = quote::ToTokens::to_token_stream(&attribute.meta).to_string();
        self.allows |=
            attribute.path().is_ident("allow") || (attribute.path().is_ident("cfg_attr") && text.contains(", allow ("));
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::NameValue(_) => false,
    })
}

fn written_out(tree: &UseTree, before: &str, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => written_out(&path.tree, &format!("{before}{}::", path.ident), names),
        UseTree::Name(name) if name.ident == "self" => names.push(before.trim_end_matches(':').to_owned()),
        UseTree::Name(name) => names.push(format!("{before}{}", name.ident)),
        UseTree::Rename(name) => names.push(format!("{before}{}", name.ident)),
        UseTree::Glob(_) => names.push(before.trim_end_matches(':').to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| written_out(tree, before, names)),
    }
}

fn height(from: Span, to: Span) -> usize {
    (to.end().line + 1).saturating_sub(from.start().line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "//! A sample.\n\
        use std::{time::{self, Duration}, fs as files};\n\
        /// Said.\npub struct Said;\n\
        pub fn silent() {\n    tracing::info!(at = std::env::var(\"X\"), 401);\n}\n\
        impl Said {\n    pub fn loud(&self) -> u16 {\n        http::StatusCode::NOT_FOUND.as_u16()\n    }\n}\n\
        #[cfg(test)]\nmod tests {\n    #[allow(dead_code)]\n    fn long() { std::net::x() }\n}\n";

    #[test]
    fn a_source_knows_its_production_code() {
        let source = Source::parse("sample.rs".into(), SAMPLE);
        assert_eq!(source.lines, 12);
        assert_eq!(source.functions, [("silent".into(), 3), ("loud".into(), 3)]);
        assert_eq!(source.undocumented, ["silent", "loud"]);
        assert!(source.literals.contains(&"401".into()) && source.literals.contains(&"\"X\"".into()));
    }

    #[test]
    fn a_source_knows_every_path_it_names() {
        let source = Source::parse("sample.rs".into(), SAMPLE);
        for path in
            ["std::time", "std::time::Duration", "std::fs", "std::env::var", "env::var", "StatusCode::NOT_FOUND"]
        {
            assert!(source.names(path), "{path} of {:?}", source.names);
        }
        assert!(!source.names("std::net") && source.names_crate("http") && !source.names_crate("httpx"));
        assert!(source.names_from_the_root("std::time") && !source.names_from_the_root("time"));
    }
}
