//! Writes further paths into `template.yaml` and `infra/http-api.yaml`: `make routes ROUTES=obtain:/auth/login/`.

use settings::Settings;
use std::{error::Error, fs};
use tests::{
    routes::{with_bounds, with_routes},
    template::http_api,
    tools::root,
};

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args().nth(1).unwrap_or_default();
    let routes = Settings::of(&[("ROUTES", given)]).map_err(|faults| faults.to_string())?.routes;
    let [template, differences, http] =
        ["template.yaml", "infra/http-api.in.yaml", "infra/http-api.yaml"].map(|path| root().join(path));
    fs::write(&template, with_routes(&fs::read_to_string(&template)?, &routes)?)?;
    fs::write(&differences, with_bounds(&fs::read_to_string(&differences)?, &routes)?)?;
    fs::write(http, http_api(&fs::read_to_string(template)?, &fs::read_to_string(differences)?))?;
    Ok(())
}
