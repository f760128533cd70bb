//! Events that no gateway would send, made from those that they send: none may panic, none may open a door that the
//! good token does not open.

use crate::bench::{SHAPES, decide, event, is_allowed, token};
use serde_json::{Value, json};
use tests::app::tampered;

const ROUNDS: u64 = 500;

/// SplitMix64: the same numbers on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

#[test]
fn az_22_no_damage_opens_a_door_to_a_bad_token() {
    let bad =
        [tampered(&token(json!({}))), token(json!({"token_type": "refresh"})), token(json!({"exp": 1})), String::new()];
    for (shape, (name, text, settings)) in SHAPES.into_iter().enumerate() {
        for round in 0..ROUNDS {
            let mut numbers = Numbers(round * 100 + u64::try_from(shape).unwrap());
            let event = damaged(event(text, &bad[numbers.below(bad.len())]), &mut numbers);
            let answer = decide(&event, settings).and_then(|decision| decision.render().ok());
            assert!(!answer.is_some_and(|answer| is_allowed(&answer)), "{name}, round {round}: {event}");
        }
    }
}

#[test]
fn az_22_what_damage_leaves_open_is_the_good_token_s_own_door() {
    let good = token(json!({}));
    let mut opened = 0;
    for (shape, (name, text, settings)) in SHAPES.into_iter().enumerate() {
        let own = event(text, &good);
        for round in 0..ROUNDS {
            let mut numbers = Numbers(round * 100 + 50 + u64::try_from(shape).unwrap());
            let event = damaged(own.clone(), &mut numbers);
            let Some(answer) = decide(&event, settings).and_then(|decision| decision.render().ok()) else { continue };
            if is_allowed(&answer) {
                opened += 1;
                assert!(event.to_string().contains(&good), "{name}, round {round}: {event}");
                let resource = answer.pointer("/policyDocument/Statement/0/Resource").and_then(Value::as_str);
                assert!(resource.is_none_or(|resource| is_its_stage(resource, &event)), "{name}: {answer}");
            }
        }
    }
    assert!(opened > 500, "damage elsewhere must not shut everybody out: {opened}");
}

/// Whether a policy speaks for the one app that its event names.
fn is_its_stage(resource: &str, event: &Value) -> bool {
    let arns = ["methodArn", "routeArn"].iter().filter_map(|member| event[*member].as_str());
    let app = resource.strip_suffix('*').unwrap_or_default();
    !app.is_empty() && !app.contains('*') && arns.into_iter().any(|arn| arn.starts_with(app))
}

/// The event with one to four things broken.
fn damaged(mut event: Value, numbers: &mut Numbers) -> Value {
    for _ in 0..=numbers.below(4) {
        let places = places(&event, String::new());
        let place = &places[numbers.below(places.len())];
        let other = event.pointer(&places[numbers.below(places.len())]).cloned().unwrap();
        let target = event.pointer_mut(place).unwrap();
        *target = broken(target.take(), other, numbers);
    }
    event
}

fn broken(value: Value, other: Value, numbers: &mut Numbers) -> Value {
    match (numbers.below(12), value) {
        (0, _) => json!(null),
        (1, _) => json!(-1.5e300),
        (2, _) => json!(""),
        (3, value) => json!([value]),
        (4, value) => json!([value, other]),
        (5, value) => json!({"Authorization": value}),
        (6, _) => other,
        (7, _) => (0..200).fold(json!("deep"), |inner, _| json!([inner])),
        (8 | 9, Value::Object(members)) => members
            .into_iter()
            .flat_map(|(name, member)| [(name.to_uppercase(), other.clone()), (name, member)])
            .collect(),
        (10 | 11, Value::Object(members)) => {
            let gone = numbers.below(members.len().max(1));
            members.into_iter().enumerate().filter(|(place, _)| *place != gone).map(|(_, member)| member).collect()
        }
        (_, Value::String(text)) => json!(scratched(&text, numbers)),
        (_, value) => value,
    }
}

fn scratched(text: &str, numbers: &mut Numbers) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = numbers.below(letters.len() + 1);
    let strange = ['\0', '\n', ' ', '*', '/', ':', ',', '.', 'A', 'é', '\u{1F511}'];
    match numbers.below(3) {
        0 => letters.insert(place, strange[numbers.below(strange.len())]),
        1 => letters.truncate(place),
        _ if place < letters.len() => letters[place] = strange[numbers.below(strange.len())],
        _ => letters.reverse(),
    }
    letters.into_iter().collect()
}

/// Every place in a value, as JSON pointers.
fn places(value: &Value, here: String) -> Vec<String> {
    let below: Vec<String> = match value {
        Value::Array(values) => values.iter().enumerate().flat_map(|(n, v)| places(v, format!("{here}/{n}"))).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, v)| places(v, format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        _ => Vec::new(),
    };
    [vec![here], below].concat()
}
