//! Encodes a message and decodes it again.

use prost::Message;

include!(concat!(env!("OUT_DIR"), "/postcard.rs"));

fn main() {
    let text = std::env::args().nth(1).unwrap_or_else(|| "greetings".to_owned());
    let bytes = Card { to: "you".into(), text }.encode_to_vec();
    let card = Card::decode(bytes.as_slice()).expect("what was encoded can be decoded");
    println!("to {}: {}", card.to, card.text);
}
