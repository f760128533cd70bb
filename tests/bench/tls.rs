//! The engine behind TLS, as DynamoDB is.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tests::tools;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// A listener that ends TLS and hands everything on.
pub(crate) struct Tls {
    address: SocketAddr,
    roots: PathBuf,
}

impl Tls {
    /// In front of this URL.
    pub(crate) async fn before(url: &str) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let roots = tools::root().join("target/tmp/bench-roots.pem");
        std::fs::write(&roots, cert.pem()).expect("a file for the certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key))
            .expect("a certificate with its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            url.trim_start_matches("http://").to_owned(),
        ));
        Self { address, roots }
    }

    /// What a function reaches it by, and trusts it by.
    pub(crate) fn environment(&self) -> [(&'static str, String); 2] {
        let url = format!("https://localhost:{}", self.address.port());
        [("AWS_ENDPOINT_URL", url), ("SSL_CERT_FILE", self.roots.to_string_lossy().into_owned())]
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: String) {
    while let Ok((client, _)) = listener.accept().await {
        let (acceptor, behind) = (acceptor.clone(), behind.clone());
        tokio::spawn(async move {
            client.set_nodelay(true)?;
            let mut client = acceptor.accept(client).await?;
            let mut server = TcpStream::connect(behind).await?;
            server.set_nodelay(true)?;
            copy_bidirectional(&mut client, &mut server).await
        });
    }
}
