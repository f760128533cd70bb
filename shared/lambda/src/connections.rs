//! How an environment reaches AWS: over connections that all its clients share.

use aws_sdk_secretsmanager::config::SharedHttpClient;
use settings::Deployment;

/// What all clients of an environment are built over.
pub(crate) fn http_client(deployment: &Deployment) -> SharedHttpClient {
    if is_amazon(deployment.endpoint_url.as_deref(), &deployment.region) {
        store::amazon_http_client()
    } else {
        store::http_client()
    }
}

/// Whose certificates are trusted where Lambda is asked, as PEM; `None`: whom the system trusts.
pub(crate) fn roots(deployment: &Deployment) -> Option<&'static [u8]> {
    is_amazon(deployment.lambda_url.as_deref(), &deployment.region).then_some(store::AMAZON_ROOTS)
}

/// Whether no other certificates than Amazon's can be met. China's and the secret regions have their own, and an address
/// that was given may have anybody's; over plain HTTP nobody shows one.
fn is_amazon(endpoint_url: Option<&str>, region: &str) -> bool {
    match endpoint_url {
        Some(url) => url.starts_with("http://"),
        None => !region.starts_with("cn-") && !region.contains("-iso"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trusts_amazon_alone_where_nobody_else_certifies() {
        assert!(is_amazon(None, "eu-central-1") && is_amazon(None, "us-gov-west-1"));
        assert!(is_amazon(Some("http://127.0.0.1:4566"), "eu-central-1"));
        assert!(!is_amazon(Some("https://proxy.example.com"), "eu-central-1"));
        assert!(!is_amazon(None, "cn-north-1") && !is_amazon(None, "us-iso-east-1"));
    }

    #[test]
    fn lambda_has_amazons_certificates_but_behind_an_address_of_ones_own() {
        let roots_at = |url: Option<&str>| {
            let variable = |name: &str| if name == "AWS_ENDPOINT_URL_LAMBDA" { url } else { Some("eu-central-1") };
            let given = |name: &str| if name == "AWS_ENDPOINT_URL" { None } else { variable(name).map(str::to_owned) };
            roots(&Deployment::read(given).unwrap())
        };
        assert_eq!(roots_at(None), Some(store::AMAZON_ROOTS));
        assert_eq!(roots_at(Some("https://proxy.example.com")), None);
    }
}
