//! Plain AEADs, as `src/engines/wasm-aead-key.ts` calls them.
use super::{padded, Module};
use crate::{Kind, TAG};
use hammerwork_ciphers::exports;

/// The nonce's place in front of the input.
const NONCE_ROOM: usize = 32;
/// Bytes of a piece of a long message.
pub const PIECE: usize = 126_976;

/// One message of a batch.
pub struct BatchMessage {
    pub nonce: Vec<u8>,
    pub data: Vec<u8>,
}

impl Module {
    pub fn import_aead_key(&mut self, slot: u32, kind: Kind, key: &[u8; 32]) {
        self.put(0, key);
        unsafe { exports::import_aead_key(slot, kind as u32) };
    }

    pub fn free_aead_key(&mut self, slot: u32) {
        unsafe { exports::free_aead_key(slot) };
    }

    /// One call. Ciphertext and tag.
    pub fn seal_aead(&mut self, slot: u32, kind: Kind, nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let start = self.put_message(nonce, aad, plaintext);
        unsafe { exports::seal_aead(slot, kind as u32, aad.len(), plaintext.len()) };
        self.get(start, plaintext.len() + TAG)
    }

    /// One call. The bytes in the plaintext's place come too, whatever the verdict.
    pub fn open_aead(&mut self, slot: u32, kind: Kind, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> (bool, Vec<u8>) {
        let length = sealed.len() - TAG;
        let start = self.put_message(nonce, aad, sealed);
        let opened = unsafe { exports::open_aead(slot, kind as u32, aad.len(), length) };
        (opened == 1, self.get(start, length))
    }

    fn put_message(&mut self, nonce: &[u8], aad: &[u8], data: &[u8]) -> usize {
        let start = NONCE_ROOM + padded(aad.len());
        self.put(0, nonce);
        self.put(NONCE_ROOM, aad);
        self.put(start, data);
        start
    }

    pub fn seal_aeads(&mut self, slot: u32, kind: Kind, aad: &[u8], messages: &[BatchMessage]) -> Vec<Vec<u8>> {
        let starts = self.put_batch(kind, aad, messages, 0);
        unsafe { exports::seal_aeads(slot, kind as u32, aad.len(), messages.len()) };
        messages.iter().zip(starts).map(|(m, start)| self.get(start, m.data.len() + TAG)).collect()
    }

    pub fn open_aeads(&mut self, slot: u32, kind: Kind, aad: &[u8], messages: &[BatchMessage]) -> Vec<(bool, Vec<u8>)> {
        let starts = self.put_batch(kind, aad, messages, TAG);
        unsafe { exports::open_aeads(slot, kind as u32, aad.len(), messages.len()) };
        let verdicts: Vec<bool> = (0..messages.len()).map(|i| self.job(i)[0] == 1).collect();
        let data = messages.iter().zip(starts).map(|(m, start)| self.get(start, m.data.len() - TAG));
        verdicts.into_iter().zip(data).collect()
    }

    fn put_batch(&mut self, kind: Kind, aad: &[u8], messages: &[BatchMessage], tag: usize) -> Vec<usize> {
        self.put(0, aad);
        let mut at = padded(aad.len());
        let mut starts = Vec::new();
        for (i, m) in messages.iter().enumerate() {
            self.put_frame(i * kind.nonce_bytes(), &m.nonce);
            self.put(at, &m.data);
            self.job(i)[1] = (m.data.len() - tag) as u32;
            starts.push(at);
            at += padded(m.data.len() - tag + TAG);
        }
        starts
    }

    /// A long message, in pieces. Ciphertext and tag.
    pub fn seal_stream(&mut self, slot: u32, kind: Kind, nonce: &[u8], aad: &[&[u8]], plaintext: &[&[u8]]) -> Vec<u8> {
        self.start(slot, kind, nonce, aad);
        let mut sealed = self.pieces(slot, 1, plaintext);
        unsafe { exports::end_pieces(slot) };
        sealed.extend(self.get(NONCE_ROOM, TAG));
        sealed
    }

    pub fn open_stream(
        &mut self,
        slot: u32,
        kind: Kind,
        nonce: &[u8],
        aad: &[&[u8]],
        (ciphertext, tag): (&[&[u8]], &[u8]),
    ) -> (bool, Vec<u8>) {
        self.start(slot, kind, nonce, aad);
        let plaintext = self.pieces(slot, 2, ciphertext);
        self.put(0, tag);
        (unsafe { exports::end_pieces(slot) } == 1, plaintext)
    }

    fn start(&mut self, slot: u32, kind: Kind, nonce: &[u8], aad: &[&[u8]]) {
        self.put(0, nonce);
        unsafe { exports::start_pieces(slot, kind as u32) };
        self.pieces(slot, 0, aad);
    }

    fn pieces(&mut self, slot: u32, action: u32, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in pieces {
            self.put(NONCE_ROOM, piece);
            unsafe { exports::add_piece(slot, action, piece.len()) };
            out.extend(self.get(NONCE_ROOM, piece.len()));
        }
        out
    }
}
