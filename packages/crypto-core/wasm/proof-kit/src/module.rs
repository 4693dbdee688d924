//! The module as JavaScript calls it (`src/engines/wasm*.ts`): bytes go into its memory, one call works on them there, and
//! bytes come out. It has one memory, as an instance has, so that tests take turns.
use crate::{is_possible, plaintext_length, record_length, Kind, BODY, CHUNK, COMMITMENT, HEAD, LONG_FROM, TAG};
use hammerwork_ciphers::sha512::{hmac, hmac_key, HmacKey};
use hammerwork_ciphers::{exports, public};
use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());
/// The nonce's place in front of the input.
const NONCE_ROOM: usize = 32;
/// Bytes of a piece of a long message.
pub const PIECE: usize = 126_976;

pub struct Module {
    _turn: MutexGuard<'static, ()>,
}

/// One message of a batch of plain AEADs.
pub struct BatchMessage {
    pub nonce: Vec<u8>,
    pub data: Vec<u8>,
}

fn padded(length: usize) -> usize {
    length.next_multiple_of(16)
}

impl Module {
    /// Waits for its turn. `wide` is false where JavaScriptCore runs it.
    pub fn enter(wide: bool) -> Module {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        unsafe { exports::set_wide(wide as u32) };
        Module { _turn: turn }
    }

    fn region(&self, what: u32) -> *mut u8 {
        unsafe { exports::address(what) as *mut u8 }
    }

    /// Writes to the input at `at`.
    pub fn put(&mut self, at: usize, data: &[u8]) {
        assert!(at + data.len() <= exports::capacity(0), "beyond the module's input");
        unsafe { self.region(1).add(at).copy_from_nonoverlapping(data.as_ptr(), data.len()) };
    }

    /// Reads the output at `at`.
    pub fn get(&self, at: usize, length: usize) -> Vec<u8> {
        assert!(at + length <= exports::capacity(0), "beyond the module's output");
        unsafe { std::slice::from_raw_parts(self.region(1).add(at), length).to_vec() }
    }

    fn put_frame(&mut self, at: usize, frame: &[u8]) {
        unsafe { self.region(0).add(at).copy_from_nonoverlapping(frame.as_ptr(), frame.len()) };
    }

    /// What frames hold at `at`.
    pub fn frames(&self, at: usize, length: usize) -> Vec<u8> {
        unsafe { std::slice::from_raw_parts(self.region(0).add(at), length).to_vec() }
    }

    fn job(&mut self, index: usize) -> &mut [u32; 2] {
        assert!(index < exports::capacity(1));
        unsafe { &mut *self.region(2).cast::<[u32; 2]>().add(index) }
    }

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
        unsafe { exports::stream_end(slot) };
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
        (unsafe { exports::stream_end(slot) } == 1, plaintext)
    }

    fn start(&mut self, slot: u32, kind: Kind, nonce: &[u8], aad: &[&[u8]]) {
        self.put(0, nonce);
        unsafe { exports::stream_start(slot, kind as u32) };
        self.pieces(slot, 0, aad);
    }

    fn pieces(&mut self, slot: u32, action: u32, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in pieces {
            self.put(NONCE_ROOM, piece);
            unsafe { exports::stream_piece(slot, action, piece.len()) };
            out.extend(self.get(NONCE_ROOM, piece.len()));
        }
        out
    }

    pub fn import_record_key(&mut self, slot: u32, key: &[u8; 32]) {
        self.put(0, key);
        unsafe { exports::import_record_key(slot) };
    }

    pub fn free_record_key(&mut self, slot: u32) {
        unsafe { exports::free_record_key(slot) };
    }

    /// One call, or several for a long plaintext.
    pub fn seal_record(&mut self, slot: u32, kind: Kind, frame: &[u8], plaintext: &[u8]) -> Vec<u8> {
        self.put_frame(0, frame);
        if plaintext.len() >= LONG_FROM {
            return self.seal_long(slot, kind, frame, plaintext);
        }
        self.spread(BODY, plaintext);
        unsafe { exports::seal_record(slot, kind as u32, frame.len() as u32, plaintext.len()) };
        self.get(0, record_length(plaintext.len()))
    }

    /// None for a record that is not genuine; that nothing of it is left is asserted.
    pub fn open_record(&mut self, slot: u32, kind: Kind, frame: &[u8], record: &[u8]) -> Option<Vec<u8>> {
        if !is_possible(record.len()) {
            return None;
        }
        self.put_frame(0, frame);
        let length = plaintext_length(record.len());
        if length >= LONG_FROM {
            return self.open_long(slot, kind, frame, record);
        }
        self.put(0, record);
        let opened = unsafe { exports::open_record(slot, kind as u32, frame.len() as u32, record.len()) };
        if opened == 1 {
            return Some(self.gather(BODY, length));
        }
        let left = self.get(BODY, record.len() - BODY);
        assert!(left == record[BODY..] || left.iter().all(|&x| x == 0), "a refused record left something behind");
        None
    }

    /// Frames and plaintexts below one chunk.
    pub fn seal_records(&mut self, slot: u32, kind: Kind, jobs: &[(&[u8], &[u8])]) -> Vec<Vec<u8>> {
        let starts = self.put_records(jobs, BODY, BODY + TAG);
        unsafe { exports::seal_records(slot, kind as u32, 0, jobs.len()) };
        jobs.iter().zip(starts).map(|((_, plaintext), start)| self.get(start, record_length(plaintext.len()))).collect()
    }

    pub fn open_records(&mut self, slot: u32, kind: Kind, jobs: &[(&[u8], &[u8])]) -> Vec<Option<Vec<u8>>> {
        let starts = self.put_records(jobs, 0, 0);
        unsafe { exports::open_records(slot, kind as u32, 0, jobs.len()) };
        let verdicts: Vec<bool> = (0..jobs.len()).map(|i| self.job(i)[0] == 1).collect();
        let places = verdicts.iter().zip(starts).zip(jobs);
        let get = |start, record: &[u8]| self.get(start + BODY, plaintext_length(record.len()));
        places.map(|((&opened, start), (_, record))| opened.then(|| get(start, record))).collect()
    }

    fn put_records(&mut self, jobs: &[(&[u8], &[u8])], offset: usize, room: usize) -> Vec<usize> {
        let (mut at, mut frame_end) = (0, 0);
        let mut starts = Vec::new();
        for (i, (frame, data)) in jobs.iter().enumerate() {
            self.put_frame(frame_end, frame);
            frame_end += frame.len();
            self.put(at + offset, data);
            *self.job(i) = [frame_end as u32, data.len() as u32];
            starts.push(at);
            at += padded(data.len() + room);
        }
        starts
    }

    /// Derives the key of one message into the AEAD slot `message`. Gives the commitment.
    pub fn derive_message_key(&mut self, slot: u32, kind: Kind, frame: &[u8], message: u32) -> Vec<u8> {
        self.put_frame(0, frame);
        unsafe { exports::derive_message_key(slot, kind as u32, frame.len() as u32, message) };
        self.get(0, COMMITMENT)
    }

    /// Chunks from number `first` on, at most seven.
    pub fn seal_chunks(&mut self, message: u32, kind: Kind, first: u32, plaintext: &[u8], last: bool) -> Vec<u8> {
        self.spread(0, plaintext);
        unsafe { exports::seal_chunks(message, kind as u32, first, plaintext.len(), last as u32) };
        let chunks = plaintext.len() / CHUNK + last as usize;
        self.get(0, plaintext.len() + TAG * chunks)
    }

    pub fn open_chunks(&mut self, message: u32, kind: Kind, first: u32, chunks: &[u8]) -> Option<Vec<u8>> {
        self.put(0, chunks);
        let opened = unsafe { exports::open_chunks(message, kind as u32, first, chunks.len()) } == 1;
        if !opened {
            assert!(self.get(0, chunks.len()).iter().all(|&x| x == 0), "refused chunks left something behind");
        }
        opened.then(|| self.gather(0, chunks.len() - TAG * chunks.len().div_ceil(CHUNK + TAG)))
    }

    fn own_slot() -> u32 {
        exports::capacity(3) as u32 - 1
    }

    fn seal_long(&mut self, slot: u32, kind: Kind, frame: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let commitment = self.derive_message_key(slot, kind, frame, Self::own_slot());
        let mut record = [&frame[..HEAD], &commitment].concat();
        let calls = plaintext.len() / LONG_FROM;
        for i in 0..=calls {
            let piece = &plaintext[i * LONG_FROM..plaintext.len().min((i + 1) * LONG_FROM)];
            record.extend(self.seal_chunks(Self::own_slot(), kind, 7 * i as u32, piece, i == calls));
        }
        self.free_aead_key(Self::own_slot());
        record
    }

    fn open_long(&mut self, slot: u32, kind: Kind, frame: &[u8], record: &[u8]) -> Option<Vec<u8>> {
        let commitment = self.derive_message_key(slot, kind, frame, Self::own_slot());
        // as `src/equal-bytes.ts` compares
        let difference = commitment.iter().zip(&record[HEAD..BODY]).fold(0, |sum, (a, b)| sum | (a ^ b));
        let mut plaintext = public(difference == 0).then(Vec::new);
        for (i, piece) in record[BODY..].chunks(7 * (CHUNK + TAG)).enumerate() {
            let Some(all) = &mut plaintext else { break };
            match self.open_chunks(Self::own_slot(), kind, 7 * i as u32, piece) {
                Some(chunks) => all.extend(chunks),
                None => plaintext = None,
            }
        }
        self.free_aead_key(Self::own_slot());
        plaintext
    }

    fn spread(&mut self, at: usize, plaintext: &[u8]) {
        for (i, chunk) in plaintext.chunks(CHUNK).enumerate() {
            self.put(at + i * (CHUNK + TAG), chunk);
        }
    }

    fn gather(&self, at: usize, length: usize) -> Vec<u8> {
        let starts = (0..length).step_by(CHUNK);
        starts.flat_map(|start| self.get(at + start / CHUNK * (CHUNK + TAG), CHUNK.min(length - start))).collect()
    }

    /// The digest, `piece` bytes (a multiple of 128) at a time.
    pub fn sha512(&mut self, data: &[u8], piece: usize) -> Vec<u8> {
        let mut start = 0;
        while data.len() - start > piece {
            self.put(0, &data[start..start + piece]);
            unsafe { exports::sha512((start == 0) as u32, piece, -1.0) };
            start += piece;
        }
        self.put(0, &data[start..]);
        unsafe { exports::sha512((start == 0) as u32, data.len() - start, data.len() as f64) };
        self.get(0, 64)
    }

    /// HMAC-SHA-512 by what the derivation uses, which ends a message by one byte of its own.
    pub fn hmac(&mut self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = if key.len() > 128 { self.sha512(key, 65_536) } else { key.to_vec() };
        let Some((&suffix, data)) = message.split_last() else { return self.hmac_of_nothing(&key) };
        let mut state = HmacKey { inner: [0; 8], outer: [0; 8] };
        let mut mac = vec![0; 64];
        // up to 15 bytes after the data are read
        let padded = [data, &[0xa5; 15]].concat();
        unsafe {
            hmac_key(key.as_ptr(), key.len(), &mut state);
            hmac(&state, padded.as_ptr(), data.len(), suffix, mac.as_mut_ptr());
        }
        mac
    }

    /// RFC 2104.
    fn hmac_of_nothing(&mut self, key: &[u8]) -> Vec<u8> {
        let block = |pad: u8| -> Vec<u8> { (0..128).map(|i| key.get(i).unwrap_or(&0) ^ pad).collect() };
        let inner = self.sha512(&block(0x36), 65_536);
        self.sha512(&[block(0x5c), inner].concat(), 65_536)
    }

    pub fn wipe(&mut self) {
        unsafe { exports::wipe() };
    }
}
