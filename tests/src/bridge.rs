//! A TCP port in front of a Unix socket, and the other way round: functions and emulators reach DynamoDB by a URL, and an engine has
//! a socket alone.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    thread,
};

/// The URL of a port of the loopback interface that hands everything to this socket, as long as the process lives.
///
/// # Panics
/// There is no free port.
pub fn over_tcp(socket: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let socket = socket.to_owned();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            // An engine that has ended refuses: the client finds its connection closed.
            let _ = UnixStream::connect(&socket).and_then(|engine| join(client, engine));
        }
    });
    url
}

/// A socket in this folder that hands everything to this URL, as long as the process lives.
///
/// # Panics
/// The folder cannot be written.
pub fn over_socket(folder: &Path, url: &str) -> PathBuf {
    let path = folder.join("proxy.sock");
    let listener = UnixListener::bind(&path).expect("a new socket");
    let address = url.trim_start_matches("http://").to_owned();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let _ = TcpStream::connect(&address).and_then(|server| join(server, client));
        }
    });
    path
}

fn join(client: TcpStream, engine: UnixStream) -> io::Result<()> {
    let (mut from_client, mut to_engine) = (client.try_clone()?, engine.try_clone()?);
    let (mut from_engine, mut to_client) = (engine, client);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_engine);
        let _ = to_engine.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let _ = io::copy(&mut from_engine, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    Ok(())
}
