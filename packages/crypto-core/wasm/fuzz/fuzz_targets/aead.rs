//! Seals as the reference does, in one call and in pieces, and opens what it sealed.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::module::{Module, PIECE};
use ciphers_proof_kit::reference;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide, slot) = (input.kind(), input.flag(), input.number(447) as u32);
    let mut random = input.random();
    let key = random.array();
    let nonce = random.take(kind.nonce_bytes());
    let aad = random.take(input.length(20_000));
    let plaintext = random.take(input.length(100_000));
    let expected = reference::seal(kind, &key, &nonce, &aad, &plaintext);

    let mut module = Module::enter(wide);
    module.import_aead_key(slot, kind, &key);
    assert!(module.seal_aead(slot, kind, &nonce, &aad, &plaintext) == expected);

    let piece = 256 * (1 + input.number(PIECE / 256 - 1));
    let [aads, plaintexts] = [&aad, &plaintext].map(|data| data.chunks(piece).collect::<Vec<_>>());
    assert!(module.seal_stream(slot, kind, &nonce, &aads, &plaintexts) == expected);
    let (ciphertext, tag) = expected.split_at(plaintext.len());
    let ciphertexts = ciphertext.chunks(piece).collect::<Vec<_>>();
    assert!(module.open_stream(slot, kind, &nonce, &aads, (&ciphertexts, tag)) == (true, plaintext.clone()));

    assert!(module.open_aead(slot, kind, &nonce, &aad, &expected) == (true, plaintext));
});
