//! Every call of the module and every path of its kernels: each AEAD by few and by many blocks, with many registers and
//! with few, sealing, opening and refusing.
use crate::watch::{Case, Outcome, Secrets};
use ciphers_proof_kit::module::{BatchMessage, Module};
use ciphers_proof_kit::{record_length, Kind, BODY, CHUNK, HEAD, KINDS, LONG_FROM, RECORD_KINDS, TAG};
use hammerwork_ciphers::simd::V;
use Outcome::{Bytes, Verdict};

const AAD: &[u8] = b"bound, and known to everybody";

pub fn all() -> Vec<Case> {
    let mut cases = vec![permutation()];
    for wide in [true, false] {
        for kind in KINDS {
            aeads(&mut cases, (kind, wide));
            pieces(&mut cases, (kind, wide));
            batches(&mut cases, (kind, wide));
        }
        for kind in RECORD_KINDS {
            records(&mut cases, (kind, wide));
            chunks(&mut cases, (kind, wide));
            record_batches(&mut cases, (kind, wide));
        }
    }
    cases.push(Case::new("SHA-512".into(), &[0, 1, 111, 112, 127, 128, 129, 1_000], |secrets, length| {
        Bytes(Module::enter(true).sha512(&secrets.take(length + 1), 256))
    }));
    cases.push(Case::new("HMAC".into(), &[0, 1, 16, 110, 111, 112, 127, 128, 300], |secrets, length| {
        let key = secrets.key();
        Bytes(Module::enter(true).hmac(&*key, &secrets.take(length)))
    }));
    cases
}

/// Every length of a few blocks, and the borders of paths beyond: blocks at a time, tables that a message pays for.
fn lengths() -> Vec<usize> {
    (0..=130).chain([160, 176, 191, 192, 193, 208, 256, 257, 400, 1_024, 1_504, 1_531, 2_200, CHUNK - 1]).collect()
}

fn named(what: &str, (kind, wide): (Kind, bool)) -> String {
    format!("{what}, {kind:?}, {}", if wide { "wide" } else { "narrow" })
}

/// The lookup of the shim is one instruction, as it is in WebAssembly.
fn permutation() -> Case {
    Case::new("a vector permutation by a secret".into(), &[16], |secrets, length| {
        let index = secrets.take(length);
        let mut out = vec![0; 16];
        unsafe {
            V::from64(0x0706050403020100, 0x0f0e0d0c0b0a0908).at(V::load(index.as_ptr())).store(out.as_mut_ptr())
        };
        Bytes(out)
    })
}

fn nonce(kind: Kind) -> Vec<u8> {
    (0..kind.nonce_bytes() as u8).collect()
}

/// What an attacker would send: sealed under the same secrets, before they are hidden.
fn prepared(module: &mut Module, kind: Kind, secrets: &Secrets, length: usize) -> Vec<u8> {
    let mut known = secrets.known();
    module.import_aead_key(1, kind, &known.key());
    module.seal_aead(1, kind, &nonce(kind), AAD, &known.take(length))
}

fn aeads(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    cases.push(Case::new(named("seal", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_aead_key(0, kind, &secrets.key());
        Bytes(module.seal_aead(0, kind, &nonce(kind), AAD, &secrets.take(length)))
    }));
    cases.push(Case::new(named("open", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        let sealed = prepared(&mut module, kind, secrets, length);
        module.import_aead_key(0, kind, &secrets.key());
        let (opened, plaintext) = module.open_aead(0, kind, &nonce(kind), AAD, &sealed);
        assert!(opened);
        Bytes(plaintext)
    }));
    cases.push(Case::new(named("refuse", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        let mut sealed = prepared(&mut module, kind, secrets, length);
        *sealed.last_mut().unwrap() ^= 0x80;
        module.import_aead_key(0, kind, &secrets.key());
        let (opened, zeros) = module.open_aead(0, kind, &nonce(kind), AAD, &sealed);
        assert!(zeros.iter().all(|&x| x == 0));
        Verdict(opened)
    }));
}

fn pieces(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    cases.push(Case::new(named("seal in pieces", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_aead_key(0, kind, &secrets.key());
        let plaintext = secrets.take(256 + length);
        let (first, rest) = plaintext.split_at(256);
        Bytes(module.seal_stream(0, kind, &nonce(kind), &[AAD], &[first, rest]))
    }));
    cases.push(Case::new(named("open in pieces", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        let sealed = prepared(&mut module, kind, secrets, length);
        let (ciphertext, tag) = sealed.split_at(length);
        module.import_aead_key(0, kind, &secrets.key());
        let (opened, plaintext) = module.open_stream(0, kind, &nonce(kind), &[AAD], (&[ciphertext], tag));
        assert!(opened);
        Bytes(plaintext)
    }));
}

fn batches(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    let message = move |data| BatchMessage { nonce: nonce(kind), data };
    cases.push(Case::new(named("seal a batch", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_aead_key(0, kind, &secrets.key());
        let most = (length + 1).min(9_000);
        let messages = [3, most, most, most, most, 40, most / 2].map(|n| message(secrets.take(n)));
        Bytes(module.seal_aeads(0, kind, AAD, &messages).concat())
    }));
    cases.push(Case::new(
        named("open a batch and refuse one of it", at),
        &[1, 16, 100, 260],
        move |secrets, length| {
            let mut module = Module::enter(wide);
            let sealed = prepared(&mut module, kind, secrets, length);
            let mut wrong = sealed.clone();
            wrong[length] ^= 1;
            module.import_aead_key(0, kind, &secrets.key());
            let opened = module.open_aeads(0, kind, AAD, &[message(sealed.clone()), message(wrong), message(sealed)]);
            assert!(opened[0].0 && !opened[1].0 && opened[2].0);
            Bytes([&opened[0].1[..], &opened[2].1].concat())
        },
    ));
}

/// Header, salt and context are known.
fn frame() -> Vec<u8> {
    (0..HEAD as u8 + 100).collect()
}

fn prepared_record(module: &mut Module, kind: Kind, secrets: &Secrets, length: usize) -> Vec<u8> {
    let mut known = secrets.known();
    module.import_record_key(1, &known.key());
    module.seal_record(1, kind, &frame(), &known.take(length))
}

fn records(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    let lengths: Vec<usize> = lengths().into_iter().chain([CHUNK, 2 * CHUNK + 5, LONG_FROM + 9]).collect();
    cases.push(Case::new(named("seal a record", at), &lengths, move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_record_key(0, &secrets.key());
        Bytes(module.seal_record(0, kind, &frame(), &secrets.take(length)))
    }));
    cases.push(Case::new(named("open a record", at), &lengths, move |secrets, length| {
        let mut module = Module::enter(wide);
        let record = prepared_record(&mut module, kind, secrets, length);
        module.import_record_key(0, &secrets.key());
        Bytes(module.open_record(0, kind, &frame(), &record).unwrap())
    }));
    for (i, what) in ["commitment", "first tag", "last tag"].into_iter().enumerate() {
        let name = named(&format!("refuse a record for its {what}"), at);
        cases.push(Case::new(name, &lengths, move |secrets, length| {
            let mut module = Module::enter(wide);
            let mut record = prepared_record(&mut module, kind, secrets, length);
            record[[HEAD + 31, BODY + length.min(CHUNK), record_length(length) - 1][i]] ^= 4;
            module.import_record_key(0, &secrets.key());
            Verdict(module.open_record(0, kind, &frame(), &record).is_some())
        }));
    }
}

fn chunks(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    cases.push(Case::new(named("derive what a message needs", at), &[0], move |secrets, _| {
        let mut module = Module::enter(wide);
        module.import_record_key(0, &secrets.key());
        Bytes(module.derive_message(0, kind, &frame()))
    }));
    cases.push(Case::new(named("seal a chunk", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_record_key(0, &secrets.key());
        let commitment = module.derive_message_key(0, kind, &frame(), 2);
        Bytes([commitment, module.seal_chunks(2, kind, 5, &secrets.take(length), true)].concat())
    }));
    cases.push(Case::new(named("open a chunk", at), &lengths(), move |secrets, length| {
        let mut module = Module::enter(wide);
        let record = prepared_record(&mut module, kind, secrets, length);
        module.import_record_key(0, &secrets.key());
        let commitment = module.derive_message_key(0, kind, &frame(), 2);
        Bytes([commitment, module.open_chunks(2, kind, 0, &record[BODY..]).unwrap()].concat())
    }));
}

fn record_batches(cases: &mut Vec<Case>, at: (Kind, bool)) {
    let (kind, wide) = at;
    cases.push(Case::new(named("seal a batch of records", at), &[0, 20, 500], move |secrets, length| {
        let mut module = Module::enter(wide);
        module.import_record_key(0, &secrets.key());
        let plaintexts = [length, 3, length + 1].map(|n| secrets.take(n));
        let frame = frame();
        Bytes(module.seal_records(0, kind, &plaintexts.each_ref().map(|p| (&frame[..], &p[..]))).concat())
    }));
    let name = named("open a batch of records and refuse two of it", at);
    cases.push(Case::new(name, &[1, 20, 500], move |secrets, length| {
        let mut module = Module::enter(wide);
        let record = prepared_record(&mut module, kind, secrets, length);
        let mut wrong = [record.clone(), record.clone()];
        wrong[0][HEAD] ^= 1;
        wrong[1][BODY + length + TAG - 1] ^= 1;
        module.import_record_key(0, &secrets.key());
        let frame = frame();
        let jobs = [&record, &wrong[0], &wrong[1], &record].map(|r| (&frame[..], &r[..]));
        let opened = module.open_records(0, kind, &jobs);
        assert!(opened[1].is_none() && opened[2].is_none());
        Bytes([opened[0].clone().unwrap(), opened[3].clone().unwrap()].concat())
    }));
}
