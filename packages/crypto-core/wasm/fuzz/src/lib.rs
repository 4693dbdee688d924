//! How targets read their input: numbers first, then bytes. Long messages come from a length and a seed, so that a short
//! input reaches every chunk.
use ciphers_proof_kit::bytes::Bytes;
use ciphers_proof_kit::{Kind, KINDS, RECORD_KINDS};
use libfuzzer_sys::arbitrary::Unstructured;

pub struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Input<'a> {
        Input(Unstructured::new(data))
    }

    /// 0 to `most`; 0 where the input has ended.
    pub fn number(&mut self, most: usize) -> usize {
        self.0.int_in_range(0..=most).unwrap_or(0)
    }

    pub fn flag(&mut self) -> bool {
        self.number(1) == 1
    }

    pub fn kind(&mut self) -> Kind {
        KINDS[self.number(2)]
    }

    pub fn record_kind(&mut self) -> Kind {
        RECORD_KINDS[self.number(1)]
    }

    /// Small most of the time, `most` at most.
    pub fn length(&mut self, most: usize) -> usize {
        match self.number(3) {
            0 => self.number(most),
            1 => self.number(most.min(4_096)),
            _ => self.number(most.min(300)),
        }
    }

    pub fn random(&mut self) -> Bytes {
        Bytes::new(self.number(255) as u64)
    }

    /// All that is left.
    pub fn rest(self) -> &'a [u8] {
        self.0.take_rest()
    }

    /// Changes `data` as the input says: bits, length, and pieces that move.
    pub fn mutate(&mut self, data: &mut Vec<u8>) {
        for _ in 0..=self.number(3) {
            let at = self.number(data.len().saturating_sub(1));
            match self.number(5) {
                0 | 1 if !data.is_empty() => data[at] ^= 1 << self.number(7),
                2 => data.truncate(at),
                3 => data.extend(std::iter::repeat_n(0x5a, self.number(40))),
                4 => drop(data.drain(at..(at + self.number(20_000)).min(data.len()))),
                _ => {
                    let piece = data[at..(at + self.number(20_000)).min(data.len())].to_vec();
                    let to = self.number(data.len());
                    data.splice(to..to, piece);
                }
            }
        }
    }
}
