//! SHA-512 and HMAC against RustCrypto: every length to 2,200, and every way to cut a message.
use ciphers_proof_kit::bytes::Bytes;
use ciphers_proof_kit::module::Module;
use ciphers_proof_kit::reference;

#[test]
fn sha512_of_every_length() {
    let mut module = Module::enter(true);
    let mut random = Bytes::new(21);
    for length in 0..=2_200 {
        let data = random.take(length);
        let expected = reference::sha512(&data);
        for piece in [65_536, 128, 128 * (1 + random.below(8))] {
            assert_eq!(module.sha512(&data, piece), expected, "{length} by {piece}");
        }
    }
    for length in [65_535, 65_536, 65_537, 131_072, 300_001] {
        let data = random.take(length);
        assert_eq!(module.sha512(&data, 65_536), reference::sha512(&data), "{length}");
    }
}

#[test]
fn hmac_of_every_length() {
    let mut module = Module::enter(true);
    let mut random = Bytes::new(22);
    for length in 0..=1_000 {
        let key = random.take(length % 200);
        let data = random.take(length);
        assert_eq!(module.hmac(&key, &data), reference::hmac_sha512(&key, &[&data]), "{length}");
    }
}
