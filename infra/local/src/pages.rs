//! What this server shows beside the API: the pages that a deployment shows with its parameter `Console`, and the console
//! at `/`, too.

use bytes::Bytes;
use http::{Request, Response, Uri, header::ACCEPT};
use settings::Settings;

/// The page that a request asks for. At `/` the console is for browsers: whoever does not ask for HTML by name finds
/// nothing there, as on Lambda.
pub(crate) fn page(request: &Request<Bytes>, settings: &Settings) -> Option<Response<Bytes>> {
    let packages = &settings.packages();
    match request.uri().path() {
        "/" if is_browser(request) => {
            let mut console = request.clone();
            *console.uri_mut() = Uri::from_static("/console");
            pages::answer(&console, packages)
        }
        path if path.trim_end_matches('/').rfind('/') == Some(0) => {
            pages::answer(request, packages).or_else(|| pages::operators(request))
        }
        _ => None,
    }
}

fn is_browser(request: &Request<Bytes>) -> bool {
    let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| range.trim().starts_with("text/html"))
}
