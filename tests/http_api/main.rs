//! Writes `infra/http-api.yaml`: `make http-api`.

use tests::{template::http_api, tools::root};

fn main() -> std::io::Result<()> {
    let read = |path: &str| std::fs::read_to_string(root().join(path));
    let written = http_api(&read("template.yaml")?, &read("infra/http-api.in.yaml")?);
    std::fs::write(root().join("infra/http-api.yaml"), written)
}
