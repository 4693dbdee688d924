//! C2SP/wycheproof on the kernels, through every call that has the algorithm, as V8 and as JavaScriptCore run them.
use crate::json::{bytes, list, official, text};
use ciphers_proof_kit::module::{BatchMessage, Module};
use ciphers_proof_kit::{reference, Kind, HEAD};
use serde_json::Value;

/// Checks the vectors whose sizes the module takes; callers refuse the others. Gives how many were valid and invalid.
fn check_aead(file: &str, kind: Kind) -> Option<[usize; 2]> {
    let cases = official(file)?;
    let nonce_bits = 8 * kind.nonce_bytes() as u64;
    let mut counts = [0, 0];
    for (group, test) in cases {
        if group["keySize"] != 256 || group["ivSize"] != nonce_bits || group["tagSize"] != 128 {
            continue;
        }
        let valid = text(&test, "result") == "valid";
        for wide in [true, false] {
            check_one(&mut Module::enter(wide), kind, &test, valid);
        }
        counts[!valid as usize] += 1;
    }
    Some(counts)
}

fn check_one(module: &mut Module, kind: Kind, test: &Value, valid: bool) {
    let id = &test["tcId"];
    let [nonce, aad, plaintext] = ["iv", "aad", "msg"].map(|name| bytes(test, name));
    let (ciphertext, tag) = (bytes(test, "ct"), bytes(test, "tag"));
    let sealed = [ciphertext.clone(), tag.clone()].concat();
    module.import_aead_key(0, kind, &bytes(test, "key").try_into().unwrap());
    if valid {
        assert_eq!(module.seal_aead(0, kind, &nonce, &aad, &plaintext), sealed, "seal {id}");
        assert_eq!(module.seal_stream(0, kind, &nonce, &[&aad], &[&plaintext]), sealed, "stream {id}");
        let message = BatchMessage { nonce: nonce.clone(), data: plaintext.clone() };
        assert_eq!(module.seal_aeads(0, kind, &aad, &[message]), std::slice::from_ref(&sealed), "batch {id}");
    }
    let expected = (valid, if valid { plaintext.clone() } else { vec![0; plaintext.len()] });
    assert_eq!(module.open_aead(0, kind, &nonce, &aad, &sealed), expected, "open {id}");
    let message = BatchMessage { nonce: nonce.clone(), data: sealed };
    assert_eq!(module.open_aeads(0, kind, &aad, &[message]), [expected], "open batch {id}");
    // a stream gives out its pieces before the verdict
    assert_eq!(module.open_stream(0, kind, &nonce, &[&aad], (&[&ciphertext], &tag)).0, valid, "open stream {id}");
}

#[test]
fn aes_256_gcm() {
    if let Some(counts) = check_aead("aes_gcm_test.json", Kind::Aes256Gcm) {
        assert_eq!(counts, [39, 27]);
    }
}

#[test]
fn chacha20_poly1305() {
    if let Some(counts) = check_aead("chacha20_poly1305_test.json", Kind::ChaCha20Poly1305) {
        assert_eq!(counts, [256, 60]);
    }
}

#[test]
fn xchacha20_poly1305() {
    if let Some(counts) = check_aead("xchacha20_poly1305_test.json", Kind::XChaCha20Poly1305) {
        assert_eq!(counts, [246, 60]);
    }
}

fn inflate(data: &[u8]) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_zlib(data).unwrap()
}

#[test]
fn chunked_encryption() {
    let Some(cases) = official("c2sp_chunked_encryption_aes_256_gcm_test.json") else { return };
    assert_eq!(cases.len(), 35);
    let kind = Kind::Aes256Gcm;
    let mut counts = [0, 0, 0];
    for (_, test) in &cases {
        let id = &test["tcId"];
        // keys of another size do not get as far as here
        let Ok(key) = <[u8; 32]>::try_from(bytes(test, "key")) else {
            assert!(list(&test["flags"]).contains(&Value::from("InvalidKeySize")), "{id}");
            counts[2] += 1;
            continue;
        };
        let record = [vec![0; 12], inflate(&bytes(test, "ct"))].concat();
        let frame = [&record[..HEAD.min(record.len())], &bytes(test, "ctx")].concat();
        let valid = text(test, "result") == "valid";
        if valid {
            let derived = reference::derive(kind, &key, &frame[12..]);
            assert_eq!(derived.key.to_vec(), bytes(test, "aeadKey"), "{id}");
            assert_eq!(derived.base_nonce.to_vec(), bytes(test, "baseNonce"), "{id}");
        }
        for wide in [true, false] {
            let mut module = Module::enter(wide);
            module.import_record_key(0, &key);
            let plaintext = module.open_record(0, kind, &frame, &record);
            assert_eq!(plaintext.is_some(), valid, "{id}: {}", test["comment"]);
            if let Some(plaintext) = plaintext {
                assert_eq!(plaintext.len() as u64, test["msgLength"].as_u64().unwrap(), "{id}");
                assert_eq!(module.sha512(&plaintext, 65_536), bytes(test, "msgSha512"), "{id}");
                assert!(module.seal_record(0, kind, &frame, &plaintext) == record, "seal {id}");
            }
        }
        counts[!valid as usize] += 1;
    }
    assert_eq!(counts, [10, 23, 2]);
}

#[test]
fn hmac_sha512() {
    let Some(cases) = official("hmac_sha512_test.json") else { return };
    assert_eq!(cases.len(), 174);
    for (group, test) in &cases {
        let length = group["tagSize"].as_u64().unwrap() as usize / 8;
        let mac = Module::enter(true).hmac(&bytes(test, "key"), &bytes(test, "msg"));
        assert_eq!(mac[..length] == bytes(test, "tag"), text(test, "result") == "valid", "{}", test["tcId"]);
    }
}

#[test]
fn hkdf_sha512() {
    let Some(cases) = official("hkdf_sha512_test.json") else { return };
    assert_eq!(cases.len(), 83);
    let mut valid = 0;
    for (_, test) in &cases {
        let size = test["size"].as_u64().unwrap() as usize;
        if size > 255 * 64 {
            assert_eq!(text(test, "result"), "invalid");
            continue;
        }
        let mut module = Module::enter(true);
        let prk = module.hmac(&bytes(test, "salt"), &bytes(test, "ikm"));
        let info = bytes(test, "info");
        let (mut okm, mut block, mut count) = (Vec::<u8>::new(), Vec::<u8>::new(), 0u8);
        while okm.len() < size {
            count += 1;
            block = module.hmac(&prk, &[block, info.clone(), vec![count]].concat());
            okm.extend(&block);
        }
        assert_eq!(okm[..size], bytes(test, "okm"), "{}", test["tcId"]);
        valid += 1;
    }
    assert_eq!(valid, 80);
}
