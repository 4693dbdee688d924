//! The kinds on buffers of their own, as large as a message with its tag and no larger, so that the address sanitizer
//! sees a vector that reaches beyond. Associated data is read to the end of its last vector.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::reference;
use hammerwork_ciphers::aead_key::{import, open, seal, AeadKey};
use hammerwork_ciphers::gcm::Message;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide) = (input.kind(), input.flag());
    let mut random = input.random();
    let key: [u8; 32] = random.array();
    let nonce = random.take(kind.nonce_bytes());
    let (aad_length, length) = (input.length(1_000), input.length(40_000));
    let mut aad = random.take(aad_length);
    let plaintext = random.take(length);
    let expected = reference::seal(kind, &key, &nonce, &aad, &plaintext);

    aad.resize(aad_length.next_multiple_of(16), 0xa5);
    let (nonce, aad) = (nonce.into_boxed_slice(), aad.into_boxed_slice());
    let mut place = [&plaintext[..], &[0; 16]].concat().into_boxed_slice();
    let m = Message { nonce: nonce.as_ptr(), aad: aad.as_ptr(), aad_length, data: place.as_mut_ptr(), length };
    unsafe {
        let mut slot: Box<AeadKey> = Box::new(std::mem::zeroed());
        import(&mut slot, kind, key.as_ptr());
        seal(&mut slot, kind, m, wide);
        assert!(*place == *expected);
        let wrong = input.flag();
        if wrong {
            place[length + input.number(15)] ^= 1 << input.number(7);
        }
        assert!(open(&mut slot, kind, m, wide) == !wrong);
        assert!(place[..length] == if wrong { vec![0; length] } else { plaintext });
    }
});
