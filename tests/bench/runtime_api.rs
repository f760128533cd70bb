//! AWS Lambda's Runtime API for one process, and the clock beside it.

use crate::{
    candidates::Candidate,
    http::{request, write},
};
use std::{
    io::BufReader,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};
use tests::process::{self, Usage};

/// No candidate takes so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// The deadline of every call: far away.
const DEADLINE: &str = "4102444800000";

/// What one start of a candidate took.
pub(crate) struct Run {
    /// From the start of the process until it asked for its first event.
    pub(crate) init: Duration,
    /// The calls, in order; the first one is the first.
    pub(crate) calls: Vec<Duration>,
    /// CPU time of the start.
    pub(crate) init_cpu: Duration,
    /// CPU time of the first call, and of the second.
    pub(crate) call_cpu: [Duration; 2],
    /// CPU time of the calls after the first.
    pub(crate) warm_cpu: Duration,
    /// The most memory that was resident, in KiB.
    pub(crate) memory: u64,
}

impl Run {
    /// In seconds. Who has a part of a processor waits as long as anybody, and computes as many times longer.
    pub(crate) fn first_over_second(&self, sharers: f64) -> Option<f64> {
        let at = |call: usize| {
            let cpu = self.call_cpu.get(call)?.as_secs_f64();
            Some(self.calls.get(call)?.as_secs_f64() + (sharers - 1.0) * cpu)
        };
        Some(at(0)? - at(1)?)
    }
}

/// What the connections tell.
enum Told {
    /// The process asks for its first event, or, when all calls are done, for one more.
    Asks(Instant, Sender<()>),
    /// An answer that is none.
    Wrong(String),
}

/// What the connections share: how many calls there are to be, and those there were.
struct Calls {
    event: String,
    expected: &'static str,
    begun: Option<Instant>,
    left: usize,
    took: Vec<Duration>,
}

/// Starts a candidate and calls it `warm` times after the first.
pub(crate) fn run(candidate: &Candidate, warm: usize) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let calls = Arc::new(Mutex::new(Calls {
        event: candidate.event.clone(),
        expected: candidate.expected,
        begun: None,
        left: 0,
        took: Vec::new(),
    }));
    let (tell, told) = channel();
    let shared = Arc::clone(&calls);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (shared, tell) = (Arc::clone(&shared), tell.clone());
            thread::spawn(move || converse(stream, &shared, &tell));
        }
    });
    let begun = Instant::now();
    let mut child = spawn(candidate, &address);
    let run = follow(&mut child, begun, &calls, &told, warm.min(candidate.most));
    let _ = child.kill();
    let _ = child.wait();
    run.unwrap_or_else(|cause| panic!("{}: {cause}", candidate.name))
}

fn spawn(candidate: &Candidate, address: &str) -> Child {
    let (program, arguments) = candidate.command.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("AWS_LAMBDA_RUNTIME_API", address);
    command.envs(candidate.environment.iter().map(|(name, value)| (name, value)));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a program that starts")
}

fn follow(
    child: &mut Child,
    begun: Instant,
    calls: &Mutex<Calls>,
    told: &Receiver<Told>,
    warm: usize,
) -> Result<Run, String> {
    let (asked, answer) = asks(told)?;
    let started = process::usage(child.id());
    go_on(calls, 1, &answer);
    let (_, answer) = asks(told)?;
    let first = process::usage(child.id());
    go_on(calls, 1, &answer);
    let (_, answer) = asks(told)?;
    let second = process::usage(child.id());
    go_on(calls, warm - 1, &answer);
    let _ = asks(told)?;
    let Usage { cpu, memory } = process::usage(child.id());
    let took = calls.lock().map_err(|_| "a connection failed")?.took.clone();
    let (init, init_cpu, warm_cpu) = (asked - begun, started.cpu, cpu.saturating_sub(first.cpu));
    let call_cpu = [first.cpu.saturating_sub(started.cpu), second.cpu.saturating_sub(first.cpu)];
    Ok(Run { init, calls: took, init_cpu, call_cpu, warm_cpu, memory })
}

fn asks(told: &Receiver<Told>) -> Result<(Instant, Sender<()>), String> {
    match told.recv_timeout(PATIENCE) {
        Ok(Told::Asks(at, answer)) => Ok((at, answer)),
        Ok(Told::Wrong(body)) => Err(format!("answered {body}")),
        Err(_) => Err("does not ask for events; does it start by itself?".to_owned()),
    }
}

fn go_on(calls: &Mutex<Calls>, count: usize, answer: &Sender<()>) {
    calls.lock().expect("calls").left = count;
    let _ = answer.send(());
}

/// One connection of the process. Its end is the end of the process.
fn converse(stream: TcpStream, calls: &Mutex<Calls>, tell: &Sender<Told>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (line, body) = request(&mut reader)?;
        let at = Instant::now();
        if line.starts_with("GET ") {
            next(&stream, calls, tell, at)?;
        } else {
            answered(&line, &body, calls, tell, at)?;
            write(&stream, "202 Accepted", "", "{}")?;
        }
    }
}

fn next(stream: &TcpStream, calls: &Mutex<Calls>, tell: &Sender<Told>, at: Instant) -> Option<()> {
    if calls.lock().ok()?.left == 0 {
        let (answer, answered) = channel();
        tell.send(Told::Asks(at, answer)).ok()?;
        answered.recv().ok()?;
    }
    let event = {
        let mut calls = calls.lock().ok()?;
        calls.left -= 1;
        calls.begun = Some(Instant::now());
        calls.event.clone()
    };
    let headers = format!(
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: {DEADLINE}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:local:000000000000:function:bench\r\n"
    );
    write(stream, "200 OK", &headers, &event)
}

fn answered(line: &str, body: &str, calls: &Mutex<Calls>, tell: &Sender<Told>, at: Instant) -> Option<()> {
    let mut calls = calls.lock().ok()?;
    let begun = calls.begun.take()?;
    calls.took.push(at - begun);
    if !line.contains("/response") || !body.contains(calls.expected) {
        tell.send(Told::Wrong(body.to_owned())).ok()?;
    }
    Some(())
}
