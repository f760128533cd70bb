//! Serving as a program: its arguments, and what it prints.

use crate::{
    clock::system_clock,
    engine::{self, Storage},
    events,
    folder::Folder,
    kind::Api,
    operator::backend::NewBackend,
    server::{Options, Server},
    start_error::StartError,
    welcome,
};
use api::Ambient;
use clap::Args;
use settings::{environment, file};
use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// Where everything is kept, unless another folder is named.
const FOLDER: &str = ".latchkey";

/// A file of settings in the working directory, as `latchkey settings from-django` writes it. The environment goes before it.
const FILE: &str = "latchkey.env";

/// How the service is served.
#[derive(Args)]
pub struct Arguments {
    /// The folder that keeps users, sessions and keys [default: .latchkey]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Which kind of API of API Gateway to imitate
    #[arg(long, default_value = "rest", value_name = "API")]
    gateway: Api,
    /// Where to listen: an address and a port, or a port of 127.0.0.1
    #[arg(long, default_value = "127.0.0.1:8000", value_name = "ADDRESS", value_parser = address)]
    listen: SocketAddr,
    /// How events are written to the terminal; `latchkey events` shows them all
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    log: events::Format,
}

/// How the DynamoDB engine of a folder is served alone, for another process.
#[derive(Args)]
pub struct Engine {
    /// End when standard input does: the process that started it holds it open
    #[arg(long)]
    until_end_of_input: bool,
}

impl Arguments {
    /// Serves everything until Ctrl-C. The backend does what operators ask for in the console.
    ///
    /// # Errors
    /// One sentence that says what is in the way and what to do.
    pub fn run(self, backend: NewBackend) -> Result<(), StartError> {
        runtime()?.block_on(serve(self, backend))
    }

    fn folder(&self) -> &Path {
        self.data.as_deref().unwrap_or_else(|| Path::new(FOLDER))
    }
}

impl Engine {
    /// Serves the engine of the folder until Ctrl-C.
    ///
    /// # Errors
    /// As [`Arguments::run`].
    pub fn run(&self, arguments: &Arguments) -> Result<(), StartError> {
        runtime()?.block_on(async { serve_engine(&Folder::open(arguments.folder())?, self.until_end_of_input).await })
    }
}

fn runtime() -> Result<Runtime, StartError> {
    Runtime::new().map_err(|cause| StartError::new("no threads to run on", cause))
}

async fn serve(arguments: Arguments, backend: NewBackend) -> Result<(), StartError> {
    let file = file::read(Path::new(FILE)).map_err(|faults| StartError::settings(&faults))?;
    let settings = environment::settings_over(&file).map_err(|faults| StartError::settings(&faults))?;
    let folder = Folder::open(arguments.folder())?;
    events::listen(arguments.log, &folder)?;
    folder.keep_settings(&environment::open_settings_over(&file))?;
    let keys = folder.keys(&settings)?;
    let of_settings = settings.notes().iter().map(ToString::to_string);
    let of_keys = welcome::notes(&keys.now(), &settings, Ambient::time());
    for note in of_settings.chain(of_keys).chain(welcome::exposure(arguments.listen)) {
        let _ = writeln!(io::stderr(), "note: {note}");
    }
    let (place, Arguments { gateway, listen, .. }) = (Storage::File(folder.database()), arguments);
    let server =
        Server::open(Options { clock: system_clock(), backend, gateway, keys, listen, place, settings }).await?;
    folder.announce(server.engine())?;
    if let Some(instructions) = welcome::greet(&server, &folder).await? {
        say(&instructions);
    }
    let server = server.serve();
    let end = Interruption::awaited()?;
    say(&format!("listening on http://{}", server.address()));
    end.await_it().await;
    server.stop().await;
    Ok(())
}

async fn serve_engine(folder: &Folder, until_end_of_input: bool) -> Result<(), StartError> {
    let engine = engine::Engine::start(Storage::File(folder.database())).await.map_err(StartError::engine)?;
    folder.announce(engine.socket())?;
    let end = Interruption::awaited()?;
    say(&format!("engine on {}", engine.socket().display()));
    tokio::select! {
        () = end.await_it() => {}
        () = end_of_input(), if until_end_of_input => {}
    }
    engine.shutdown().await;
    Ok(())
}

/// Returns when standard input ends: with the process that holds its other end, whatever ended that.
async fn end_of_input() {
    let (ended, ending) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        ended.send(())
    });
    let _ = ending.await;
}

/// A reader that has gone away (`cargo run | head`) is no reason to end.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// # Errors
/// It is neither an address with a port, nor a port.
fn address(text: &str) -> Result<SocketAddr, String> {
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let port = text.strip_prefix("localhost:").unwrap_or(text).parse().map(here);
    port.or_else(|_| text.parse()).map_err(|_| "give an address and a port, such as 127.0.0.1:8000".to_owned())
}

/// Ctrl-C and the signal that asks to end, listened for from the start: a script that reads that the service is there
/// may end it at once.
struct Interruption {
    asked: Signal,
    typed: Signal,
}

impl Interruption {
    fn awaited() -> Result<Self, StartError> {
        let listen = |kind| signal(kind).map_err(|cause| StartError::new("cannot listen for signals", cause));
        Ok(Self { asked: listen(SignalKind::terminate())?, typed: listen(SignalKind::interrupt())? })
    }

    async fn await_it(mut self) {
        tokio::select! {
            _ = self.asked.recv() => {}
            _ = self.typed.recv() => {}
        }
    }
}
