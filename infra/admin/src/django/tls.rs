//! TLS to PostgreSQL: the authorities that the system trusts, and those in the file `PGSSLROOTCERT`.

use crate::fault::Fault;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use settings::environment::variable;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// # Errors
/// The file cannot be read, or holds no certificate.
pub(super) fn connector() -> Result<MakeRustlsConnect, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = variable("PGSSLROOTCERT") {
        let unreadable = |cause: &dyn std::error::Error| Fault::usage(format!("PGSSLROOTCERT cannot be read: {cause}"));
        let certificates = CertificateDer::pem_file_iter(&path).map_err(|cause| unreadable(&cause))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|cause| unreadable(&cause))?;
            roots.add(certificate).map_err(|cause| unreadable(&cause))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|cause| Fault::unavailable(format!("TLS cannot be set up: {cause}")))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}
