// Look-alike units are folded to ASCII one for one, so that offsets stay those of the original text. Unicode
// normalisation would change lengths and turn circled digits and superscripts into card numbers.
import { foldOf, SKIPPED } from './units.ts';

/** The text to scan in place of one with look-alikes, and where its units were. */
export interface FoldedText {
  readonly text: string;
  /** Index in the original of each unit of `text`; undefined while both have the same length. */
  readonly origins: Uint32Array | undefined;
}

const PIECE_UNITS = 4096;

/**
 * Folds full-width forms, Unicode dashes, spaces and Arabic-Indic digits to ASCII, and zero-width units to U+200B.
 * The result has the length of `text`.
 */
export function fold(text: string): string {
  let folded = '';
  const units: number[] = [];
  for (let i = 0; i < text.length; i++) {
    units.push(foldOf(text.charCodeAt(i)));
    if (units.length === PIECE_UNITS || i === text.length - 1) {
      folded += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return folded;
}

/** Folds `text` and takes the zero-width units out, keeping note of where the rest was. */
export function foldForScan(text: string): FoldedText {
  const folded = fold(text);
  const skipped = String.fromCharCode(SKIPPED);
  if (!folded.includes(skipped)) return { text: folded, origins: undefined };
  const origins = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < folded.length; i++) {
    if (folded.charCodeAt(i) !== SKIPPED) origins[length++] = i;
  }
  return { text: folded.split(skipped).join(''), origins: origins.subarray(0, length) };
}
