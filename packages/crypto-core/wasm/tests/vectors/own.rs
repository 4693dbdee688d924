//! The committed vectors of the sealed record, version 1 (`test/vectors/seal-v1.json`), on the module.
use crate::json::{bytes, list, read, text};
use ciphers_proof_kit::module::Module;
use ciphers_proof_kit::{reference, Kind, HEAD};
use std::path::PathBuf;

#[test]
fn sealed_record_version_1() {
    let file = read(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../test/vectors/seal-v1.json")));
    let vectors = list(&file["vectors"]);
    assert!(vectors.len() >= 20, "{} vectors", vectors.len());
    for vector in vectors {
        let comment = format!("{}, {}", text(vector, "algorithm"), text(vector, "comment"));
        let kind = match text(vector, "algorithm") {
            "aes-256-gcm" => Kind::Aes256Gcm,
            "chacha20-poly1305" => Kind::ChaCha20Poly1305,
            other => panic!("unknown algorithm {other}"),
        };
        let key = bytes(vector, "key").try_into().unwrap();
        let beginning = bytes(vector, "record");
        let frame = [&beginning[..HEAD], &bytes(vector, "boundContext")].concat();
        let plaintext: Vec<u8> = (0..vector["plaintextLength"].as_u64().unwrap()).map(|i| (7 * i + 3) as u8).collect();
        let derived = reference::derive(kind, &key, &frame[12..]);
        assert_eq!(derived.key.to_vec(), bytes(vector, "messageKey"), "{comment}");
        for wide in [true, false] {
            let mut module = Module::enter(wide);
            module.import_record_key(7, &key);
            let record = module.seal_record(7, kind, &frame, &plaintext);
            assert_eq!(record[..beginning.len()], beginning, "{comment}");
            assert_eq!(record.len() as u64, vector["recordLength"].as_u64().unwrap(), "{comment}");
            assert_eq!(module.sha512(&record, 65_536), bytes(vector, "recordSha512"), "{comment}");
            assert!(module.open_record(7, kind, &frame, &record) == Some(plaintext.clone()), "{comment}");
        }
    }
}
