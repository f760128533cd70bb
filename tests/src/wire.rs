//! A client for HTTP/1.1 that adds nothing, folds nothing and repairs nothing.

use serde_json::Value;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// No answer of a service on this machine takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request: what is not said here is not sent.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    chunked: bool,
    source: Option<Ipv4Addr>,
}

impl Request {
    /// A request without headers and body; the target is sent as it is.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
            source: None,
        }
    }

    /// `POST` of a JSON body, as every client of a token endpoint sends it.
    pub fn json(target: &str, body: &Value) -> Self {
        Self::new("POST", target).header("Content-Type", "application/json").body(body.to_string())
    }

    /// `GET` with `Authorization: Bearer …`.
    pub fn bearer(target: &str, token: &str) -> Self {
        Self::new("GET", target).header("Authorization", format!("Bearer {token}"))
    }

    /// One more header line; names and values may be any bytes and may repeat.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// The body; `Content-Length` follows from it unless a header line says otherwise.
    #[must_use]
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// Sends the body as one chunk instead of with a length.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Sends it from this address: all of 127.0.0.0/8 are this machine.
    #[must_use]
    pub fn from(mut self, source: [u8; 4]) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The very bytes that go over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut wire = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in self.lines() {
            wire.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
        }
        wire.extend_from_slice(b"\r\n");
        wire.extend(if self.chunked { in_one_chunk(&self.body) } else { self.body.clone() });
        wire
    }

    /// Sends it over a connection of its own and reads the one answer.
    ///
    /// # Errors
    /// The connection failed, or what came back is not HTTP.
    pub async fn send(&self, to: SocketAddr) -> io::Result<Answer> {
        let connection = connect(self.source, to).await?;
        timeout(PATIENCE, converse(connection, &self.bytes(), self.method == "HEAD")).await?
    }

    fn lines(&self) -> Vec<(String, Vec<u8>)> {
        let mut lines = Vec::new();
        if !self.says("host") {
            lines.push(("Host".to_owned(), b"127.0.0.1".to_vec()));
        }
        lines.extend(self.headers.iter().cloned());
        lines.extend(self.length());
        lines
    }

    fn length(&self) -> Option<(String, Vec<u8>)> {
        let carries = matches!(self.method.as_str(), "PATCH" | "POST" | "PUT");
        if self.chunked {
            Some(("Transfer-Encoding".to_owned(), b"chunked".to_vec()))
        } else if !self.says("content-length") && (carries || !self.body.is_empty()) {
            Some(("Content-Length".to_owned(), self.body.len().to_string().into_bytes()))
        } else {
            None
        }
    }

    fn says(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// One answer, as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The number of the status line.
    pub status: u16,
    /// Header lines in their order; names as the server wrote them.
    pub headers: Vec<(String, String)>,
    /// The body, freed of its transfer coding.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    /// Every header of that name, in order.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Writes these bytes and reads one answer; `bodiless` for the answer to a HEAD request.
///
/// # Errors
/// The connection failed, or what came back is not HTTP.
pub async fn exchange(to: SocketAddr, bytes: &[u8], bodiless: bool) -> io::Result<Answer> {
    timeout(PATIENCE, converse(connect(None, to).await?, bytes, bodiless)).await?
}

async fn connect(source: Option<Ipv4Addr>, to: SocketAddr) -> io::Result<TcpStream> {
    let Some(source) = source else { return TcpStream::connect(to).await };
    let socket = TcpSocket::new_v4()?;
    socket.bind((source, 0).into())?;
    socket.connect(to).await
}

async fn converse(connection: TcpStream, bytes: &[u8], bodiless: bool) -> io::Result<Answer> {
    let (mut from, mut into) = connection.into_split();
    // A server that refuses a body early stops reading: its answer counts, not our broken pipe.
    let writing = async { into.write_all(bytes).await.or(Ok::<(), io::Error>(())) };
    let (_, answer) = tokio::join!(writing, read(&mut from, bodiless));
    answer
}

async fn read(from: &mut (impl AsyncReadExt + Unpin), bodiless: bool) -> io::Result<Answer> {
    let mut received = Vec::new();
    loop {
        if let Some(answer) = complete(&received, bodiless, false)? {
            return Ok(answer);
        }
        if from.read_buf(&mut received).await? == 0 {
            return complete(&received, bodiless, true)?.ok_or_else(|| broken("half an answer"));
        }
    }
}

fn complete(received: &[u8], bodiless: bool, ended: bool) -> io::Result<Option<Answer>> {
    let Some((head, rest)) = split_at(received, b"\r\n\r\n") else {
        return Ok(None);
    };
    let mut answer = parse_head(head)?;
    if (100..200).contains(&answer.status) {
        return complete(rest, bodiless, ended);
    }
    let body = if bodiless { Some(Vec::new()) } else { framed(&answer, rest, ended)? };
    Ok(body.map(|body| {
        answer.body = body;
        answer
    }))
}

fn parse_head(head: &[u8]) -> io::Result<Answer> {
    // Header values are Latin-1, as every byte of them was when the field was defined.
    let text: String = head.iter().copied().map(char::from).collect();
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let field = |line: &str| {
        let (name, value) = line.split_once(':').ok_or_else(|| broken("a header line without a colon"))?;
        Ok((name.to_owned(), value.trim().to_owned()))
    };
    Ok(Answer {
        status: status.ok_or_else(|| broken("no status line"))?,
        headers: lines.map(field).collect::<io::Result<_>>()?,
        body: Vec::new(),
    })
}

fn framed(answer: &Answer, rest: &[u8], ended: bool) -> io::Result<Option<Vec<u8>>> {
    if answer.header("transfer-encoding").is_some() {
        return dechunked(rest);
    }
    let length = answer.header("content-length").map(|value| value.parse().map_err(|_| broken("an odd length")));
    match length.transpose()? {
        Some(length) => Ok(rest.get(..length).map(<[u8]>::to_vec)),
        None if matches!(answer.status, 204 | 304) => Ok(Some(Vec::new())),
        None => Ok(ended.then(|| rest.to_vec())),
    }
}

fn dechunked(mut rest: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some((size, after)) = split_at(rest, b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(size), 16).map_err(|_| broken("an odd chunk"))?;
        let (Some(chunk), Some(next)) = (after.get(..size), after.get(size + 2..)) else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        rest = next;
    }
    Ok(None)
}

fn in_one_chunk(body: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}

fn split_at<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..start)?, bytes.get(start + mark.len()..)?))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Request, complete};

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = Request::new("POST", "/x").header("A", "b").body("c");
        assert_eq!(request.bytes(), b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\nContent-Length: 1\r\n\r\nc");
    }

    #[test]
    fn a_chunked_request_states_no_length() {
        let request = Request::new("POST", "/x").body("abc").chunked();
        let wire = "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert_eq!(request.bytes(), wire.as_bytes());
    }

    #[test]
    fn an_answer_is_complete_with_its_last_byte_only() {
        let wire = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert!(complete(&wire[..wire.len() - 1], false, false).unwrap().is_none());
        assert_eq!(complete(wire, false, false).unwrap().unwrap().text(), "{}");
    }

    #[test]
    fn chunks_are_put_together() {
        let wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
        assert_eq!(complete(wire, false, false).unwrap().unwrap().text(), "{}");
    }
}
