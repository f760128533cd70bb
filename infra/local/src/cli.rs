//! The program: its arguments, and what it prints.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    engine::{Engine, Place},
    fault::Fault,
    folder::Folder,
    server::{Options, Server},
    welcome,
};

/// Latchkey on this machine: every endpoint, the authorizer and a DynamoDB engine in one process.
///
/// Settings come from the environment, under Simple JWT's names: ACCESS_TOKEN_LIFETIME=15m cargo run
#[derive(Parser)]
#[command(name = "local", version)]
pub struct Arguments {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    place: Where,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8000", value_name = "ADDRESS")]
    listen: SocketAddr,
}

#[derive(Subcommand)]
enum Act {
    /// Serve only the DynamoDB engine of a folder, for the command line `admin`.
    Engine {
        #[command(flatten)]
        place: Where,
    },
}

#[derive(Args)]
struct Where {
    /// The folder that keeps users, sessions and keys.
    #[arg(long, default_value = ".latchkey", value_name = "FOLDER")]
    data: PathBuf,
}

/// Runs until Ctrl-C.
///
/// # Errors
/// One sentence that says what is in the way and what to do.
pub fn run(arguments: Arguments) -> Result<(), Fault> {
    let runtime = tokio::runtime::Runtime::new().map_err(|cause| Fault::new("no threads to run on", cause))?;
    runtime.block_on(async {
        match arguments.act {
            Some(Act::Engine { place }) => serve_engine(&Folder::open(&place.data)?).await,
            None => serve(arguments.listen, Folder::open(&arguments.place.data)?).await,
        }
    })
}

async fn serve(listen: SocketAddr, folder: Folder) -> Result<(), Fault> {
    telemetry();
    let settings = settings::environment::settings().map_err(|faults| Fault::settings(&faults))?;
    let keys = folder.keys(&settings)?;
    let server = Server::start(Options { keys, listen, place: Place::File(folder.database()), settings }).await?;
    folder.announce(server.engine())?;
    welcome::greet(&server).await?;
    println!("listening on http://{}", server.address());
    interrupted().await?;
    folder.withdraw();
    server.stop().await;
    Ok(())
}

async fn serve_engine(folder: &Folder) -> Result<(), Fault> {
    let engine = Engine::start(Place::File(folder.database())).await.map_err(Fault::engine)?;
    folder.announce(engine.url())?;
    println!("engine on {}", engine.url());
    interrupted().await?;
    folder.withdraw();
    engine.shutdown().await;
    Ok(())
}

async fn interrupted() -> Result<(), Fault> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate =
        signal(SignalKind::terminate()).map_err(|cause| Fault::new("cannot listen for signals", cause))?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome.map_err(|cause| Fault::new("cannot listen for Ctrl-C", cause)),
        _ = terminate.recv() => Ok(()),
    }
}

fn telemetry() {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
}
