//! How a function loads its keys: the real program before a Secrets Manager that counts who asks, on a clock that the
//! test moves.

use crate::{
    function::{Clock, Function, guarding, request},
    secrets_manager::NOW,
};
use serde_json::{Value, json};
use std::{
    io::{BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{forge, tools};
use token::{Access, Algorithm, Claims, KeySet, Policy, Refresh, Rules, Stamp, Token};

/// Answers like Secrets Manager, whatever it is asked for.
#[derive(Clone)]
struct Vault {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

impl Vault {
    fn holding(text: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let vault = Self { address, asked: Arc::default(), broken: Arc::default() };
        let (answering, text) = (vault.clone(), text.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (vault, text) = (answering.clone(), text.clone());
                thread::spawn(move || vault.answer(&stream, &text));
            }
        });
        vault
    }

    fn answer(&self, mut stream: &TcpStream, text: &str) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            request(&mut reader)?;
            self.asked.fetch_add(1, Ordering::SeqCst);
            let secret = json!({"ARN": "arn", "Name": "keys", "SecretString": text, "VersionId": "1"});
            let (status, body) = match self.broken.load(Ordering::SeqCst) {
                true => ("400 Bad Request", json!({"__type": "AccessDeniedException"}).to_string()),
                false => ("200 OK", secret.to_string()),
            };
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Waits for what goes on beside the answers.
    fn is_asked(&self, times: usize) {
        for _ in 0..500 {
            if self.asked() >= times {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(self.asked(), times);
    }
}

/// The authorizer with its clock and where its keys come from.
struct Loading {
    authorizer: Function,
    clock: Clock,
    vault: Vault,
}

impl Loading {
    fn start(keys: &KeySet) -> Self {
        let (vault, clock) = (Vault::holding(&keys.to_json()), Clock::new("loading"));
        let program = tools::build(&["authorizer".to_owned()]).join("authorizer");
        let endpoint = format!("http://{}", vault.address);
        let given = [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_ENDPOINT_URL", &endpoint),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("KEYS_SECRET", "keys"),
            ("SESSIONS_TABLE", "none"),
            ("USERS_TABLE", "none"),
        ];
        clock.set(NOW);
        let authorizer = Function::start(&program, &clock, &given.map(|(name, value)| (name, value.to_owned())));
        Self { authorizer, clock, vault }
    }

    /// Whether the token is let in so many seconds after the beginning; none where the function cannot tell.
    fn lets_in(&self, token: &str, after: i64) -> Option<bool> {
        self.clock.set(NOW + after);
        let policy = self.authorizer.call(&guarding(token)).ok()?;
        Some(policy["policyDocument"]["Statement"][0]["Effect"] == "Allow")
    }
}

#[test]
fn kr_09_a_function_loads_its_keys_in_time_and_never_because_a_token_says_so() {
    let keys = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    let (scene, good, elsewhere) = (Loading::start(&keys), access(&keys), Vault::holding("{}"));
    for after in (0..240).step_by(15) {
        assert_eq!(scene.lets_in(&good, after), Some(true));
    }
    assert_eq!(scene.vault.asked(), 1, "before the first event, and then not for four minutes");
    assert_eq!(scene.lets_in(&good, 240), Some(true));
    scene.vault.is_asked(2);

    for after in 260..360 {
        assert_eq!(scene.lets_in(&stranger(after, elsewhere.address), after), Some(false));
    }
    assert_eq!(scene.vault.asked(), 12, "a hundred unknown keys in a hundred seconds: once in ten");
    assert_eq!(elsewhere.asked(), 0, "nobody is asked because a header says where");

    scene.vault.broken.store(true, Ordering::SeqCst);
    let bound = 350 + Policy::BOUND;
    for after in [350 + Policy::FRESH, 2_000, bound - 1] {
        assert_eq!(scene.lets_in(&good, after), Some(true), "through an outage, {after}");
    }
    assert_eq!(scene.lets_in(&good, bound), None, "and not for ever");
    scene.vault.broken.store(false, Ordering::SeqCst);
    assert_eq!(scene.lets_in(&good, bound + 1), Some(true), "back with the first request after it");
}

/// An access token that lives through the story.
fn access(keys: &KeySet) -> String {
    let (rules, stamp) = (Rules::default(), |jti| Stamp { now: NOW, lifetime: 80_000, jti });
    let refresh = Token::<Refresh>::issue(&rules, stamp("session"), "1", &Claims::default());
    let access: Token<Access> = refresh.access(&rules, stamp("token"));
    access.sign(keys, &rules, NOW).unwrap().text
}

/// A token of another key, which says in every way that there is where its key can be fetched.
fn stranger(number: i64, there: SocketAddr) -> String {
    let other = KeySet::first(Algorithm::EdDSA, &[2; 80]).unwrap();
    let material = serde_json::from_str::<Value>(&other.to_json()).unwrap();
    let url = format!("http://{there}/keys");
    let header = json!({"alg": "EdDSA", "kid": format!("k{number}"), "jku": url, "x5u": url});
    let claims =
        json!({"token_type": "access", "exp": NOW + 80_000, "iat": NOW, "jti": "x", "iss": url, "user_id": "1"});
    forge::token(&header, &claims, material["keys"][0]["material"].as_str().unwrap())
}
