//! `infra/http-api.yaml` says what `template.yaml` says, but for what `infra/http-api.in.yaml` lists.

use super::project;
use tests::template::http_api;

#[test]
fn the_template_of_the_http_api_is_up_to_date() {
    let (rest, differences) = (project::text("template.yaml"), project::text("infra/http-api.in.yaml"));
    let (wanted, found) = (http_api(&rest, &differences), project::text("infra/http-api.yaml"));
    let forgotten = wanted.lines().zip(found.lines()).find(|(wanted, found)| wanted != found);
    assert!(
        wanted == found,
        "\ninfra/http-api.yaml is out of date; write it anew with: make http-api\nthe first line that differs: {}\n",
        forgotten.map_or("the last", |(wanted, _)| wanted.trim())
    );
}
