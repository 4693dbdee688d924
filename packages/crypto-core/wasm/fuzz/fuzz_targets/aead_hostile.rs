//! Bytes from anywhere, and changed messages, open where the reference opens them, and leave zeros elsewhere.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::module::{BatchMessage, Module};
use ciphers_proof_kit::{reference, TAG};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide) = (input.kind(), input.flag());
    let mut random = input.random();
    let key = random.array();
    let mut nonce = random.take(kind.nonce_bytes());
    let mut aad = random.take(input.length(2_000));
    let length = input.length(60_000);
    let mut sealed = reference::seal(kind, &key, &nonce, &aad, &random.take(length));
    match input.number(3) {
        0 => input.mutate(&mut sealed),
        1 => input.mutate(&mut aad),
        2 => nonce[input.number(11)] ^= 1 << input.number(7),
        _ => sealed = input.rest().to_vec(),
    }
    // shorter ones the callers refuse
    if sealed.len() < TAG || sealed.len() + aad.len() > 120_000 {
        return;
    }
    let expected = reference::open(kind, &key, &nonce, &aad, &sealed);
    let left = (expected.is_some(), expected.unwrap_or_else(|| vec![0; sealed.len() - TAG]));

    let mut module = Module::enter(wide);
    module.import_aead_key(0, kind, &key);
    assert!(module.open_aead(0, kind, &nonce, &aad, &sealed) == left);
    assert!(
        module.open_aeads(0, kind, &aad, &[BatchMessage { nonce: nonce.clone(), data: sealed.clone() }])[0] == left
    );
    let (ciphertext, tag) = sealed.split_at(sealed.len() - TAG);
    assert!(module.open_stream(0, kind, &nonce, &[&aad], (&[ciphertext], tag)).0 == left.0);
});
