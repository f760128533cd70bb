//! What CloudFormation says of one stack.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

/// An endpoint that says the same to everybody who asks for the stack of this name.
///
/// # Panics
/// There is no free port.
pub fn named(status: u16, body: &str, name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} \r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    thread::spawn(move || listener.incoming().flatten().for_each(|caller| answer_once(caller, &answer, name)));
    address
}

fn answer_once(mut caller: TcpStream, answer: &str, name: &str) {
    let (mut reader, mut length) = (BufReader::new(caller.try_clone().expect("a request")), 0);
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a request");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a request");
    let body = String::from_utf8(body).expect("a request");
    assert!(body.contains("Action=DescribeStacks") && body.contains(&format!("StackName={name}")), "{body}");
    // A caller that has gone away is no concern of ours.
    let _ = caller.write_all(answer.as_bytes());
}

/// What CloudFormation says of a stack with these outputs.
pub fn described(outputs: &[(&str, &str)]) -> String {
    let output = |(key, value): &(&str, &str)| {
        format!("<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>")
    };
    format!(
        "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><DescribeStacksResult><Stacks><member>\
         <StackName>latchkey</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>\
         <Outputs>{}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
        outputs.iter().map(output).collect::<String>()
    )
}
