//! TLS to PostgreSQL: required of every host but this one, with the authorities that the system trusts, and those of a file.

use crate::fault::Fault;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use settings::environment::variable;
use std::{net::IpAddr, sync::Arc};
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What the URL asks of TLS, or else `PGSSLMODE` and `PGSSLROOTCERT`.
#[derive(Debug)]
pub(super) struct TlsMode {
    mode: Option<String>,
    authority: Option<String>,
}

/// The URL without what it asks of TLS, and that.
///
/// # Errors
/// The URL names certificates of the client.
pub(super) fn asked(url: &str) -> Result<(String, TlsMode), Fault> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut asked = TlsMode { mode: variable("PGSSLMODE"), authority: variable("PGSSLROOTCERT") };
    let mut rest = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", mode)) => asked.mode = Some(mode.to_owned()),
            Some(("sslrootcert", path)) => asked.authority = Some(path.to_owned()),
            Some((name @ ("sslcert" | "sslkey" | "sslcrl"), _)) => {
                return Err(Fault::usage(format!("{name} is not supported")).next("leave it out"));
            }
            _ => rest.push(parameter),
        }
    }
    let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    Ok((url, asked))
}

impl TlsMode {
    /// # Errors
    /// A mode that lets a host elsewhere do without TLS, or one that nobody knows.
    pub(super) fn mode(&self, config: &Config) -> Result<SslMode, Fault> {
        let is_local = is_local(config);
        match self.mode.as_deref() {
            // A socket of this machine knows no TLS.
            _ if has_socket(config) => Ok(SslMode::Disable),
            Some("disable") => Ok(SslMode::Disable),
            Some("require" | "verify-ca" | "verify-full") => Ok(SslMode::Require),
            None if !is_local => Ok(SslMode::Require),
            None | Some("prefer" | "allow") if is_local => Ok(SslMode::Prefer),
            Some(mode @ ("prefer" | "allow")) => Err(Fault::usage(format!(
                "sslmode={mode} lets the server ask for the password and send the hashes in clear"
            ))
            .next("leave it out for TLS, or give sslmode=disable if you mean it")),
            mode => Err(Fault::usage(format!("{:?} is not an sslmode", mode.unwrap_or_default()))
                .next("give disable, require, verify-ca or verify-full, or leave it out")),
        }
    }

    /// # Errors
    /// The file cannot be read, or holds no certificate.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, Fault> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = self.authority.as_deref().filter(|path| *path != "system") {
            let unreadable = |cause: &dyn std::error::Error| {
                Fault::usage(format!("the certificates in {path} cannot be read: {cause}"))
            };
            for certificate in CertificateDer::pem_file_iter(path).map_err(|cause| unreadable(&cause))? {
                let certificate = certificate.map_err(|cause| unreadable(&cause))?;
                roots.add(certificate).map_err(|cause| unreadable(&cause))?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| Fault::unavailable(format!("TLS cannot be set up: {cause}")))?;
        Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

fn has_socket(config: &Config) -> bool {
    // An address goes before the host beside it, also before a socket.
    let has_address = !config.get_hostaddrs().is_empty();
    !has_address
        && !config.get_hosts().is_empty()
        && config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
}

/// Whether nothing leaves this machine: sockets and loopback addresses alone. An address goes before the name beside it.
fn is_local(config: &Config) -> bool {
    let is_here = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
    };
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let named = if addresses.is_empty() { hosts.iter().all(is_here) } else { true };
    named && addresses.iter().all(IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> Result<SslMode, String> {
        let (url, asked) = asked(url).map_err(|fault| fault.to_string())?;
        asked.mode(&url.parse().unwrap()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_host_elsewhere_is_asked_for_tls() {
        for host in
            ["db.example.org", "192.0.2.7", "[2001:db8::1]", "127.0.0.1,db.example.org", "localhost.example.org"]
        {
            assert_eq!(mode(&format!("postgres://u@{host}/d")), Ok(SslMode::Require), "{host}");
            for plain in ["prefer", "allow"] {
                assert!(mode(&format!("postgres://u@{host}/d?sslmode={plain}")).unwrap_err().contains("in clear"));
            }
            assert_eq!(mode(&format!("postgres://u@{host}/d?sslmode=disable")), Ok(SslMode::Disable));
            for checked in ["require", "verify-ca", "verify-full"] {
                assert_eq!(mode(&format!("postgres://u@{host}/d?sslmode={checked}")), Ok(SslMode::Require));
            }
        }
        assert_eq!(mode("postgres://u@localhost/d?hostaddr=192.0.2.7"), Ok(SslMode::Require));
        assert!(mode("postgres://u@db.example.org/d?sslmode=of-course").unwrap_err().contains("is not an sslmode"));
        assert!(mode("postgres://u@db.example.org/d?sslkey=x").unwrap_err().contains("sslkey is not supported"));
    }

    #[test]
    fn this_machine_may_do_without() {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(mode(&format!("postgres://u@{host}/d")), Ok(SslMode::Prefer), "{host}");
            assert_eq!(mode(&format!("postgres://u@{host}/d?sslmode=require")), Ok(SslMode::Require), "{host}");
        }
        assert_eq!(mode("postgres://u@%2Frun%2Fpostgresql/d?sslmode=require"), Ok(SslMode::Disable));
        let (url, asked) = asked("postgres://u@h/d?a=b&sslmode=require&c=d&sslrootcert=x.pem").unwrap();
        assert_eq!((url.as_str(), asked.authority.as_deref()), ("postgres://u@h/d?a=b&c=d", Some("x.pem")));
    }
}
