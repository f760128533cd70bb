//! The function that README.md adds to the stack, deployed with it.
#![expect(clippy::indexing_slicing, reason = "a test stops where an answer is another")]

use crate::cloud::{Stack, is};
use std::fs;
use tests::{app::claims, tools::root, wire::Request};

/// The template with this function in it, for `deploy`.
pub(crate) fn template() -> &'static str {
    const TEMPLATE: &str = "target/tmp/own-function/template.yaml";
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let snippet = |word: &str| page.split_once(word).unwrap().1.split_once("```").unwrap().0.to_owned();
    let template = fs::read_to_string(root().join("template.yaml")).unwrap();
    let template = template.replacen("\nOutputs:\n", &format!("\n{}\nOutputs:\n", snippet("```yaml\n")), 1);
    let place = root().join(TEMPLATE);
    fs::create_dir_all(place.with_file_name("notes")).unwrap();
    fs::write(place.with_file_name("notes/notes.py"), snippet("```python\n")).unwrap();
    fs::write(&place, template).unwrap();
    TEMPLATE
}

pub(crate) async fn only_a_good_token_reaches_it(stack: &Stack) {
    let (access, _) = stack.log_in().await;
    let owner = claims(&access)["user_id"].clone();
    let greeted = stack.send(Request::bearer(&stack.at("/api/notes"), &access)).await;
    is(&greeted, 200, &format!("{{\"owner\": {owner}}}"));
    let forged = stack.send(Request::bearer(&stack.at("/api/notes"), &format!("{access}x"))).await;
    assert_eq!(forged.status, 401, "{}", forged.text());
    let silent = stack.send(Request::new("GET", &stack.at("/api/notes"))).await;
    assert_eq!(silent.status, 401, "{}", silent.text());
}
