// Look-alike units are folded to ASCII one for one, so that offsets stay those of the original text. Unicode
// normalisation would change lengths and turn circled digits and superscripts into card numbers.
import { foldOf, isDigit, SKIPPED, unitAt } from './units.ts';

/** The text to scan in place of one with look-alikes, and where its units were. */
export interface FoldedText {
  readonly text: string;
  /** Index in the original of each unit of `text`; undefined while both have the same length. */
  readonly origins: Uint32Array | undefined;
}

const PIECE_UNITS = 4096;
const SPACE = 32;

/** An en or em dash that stands between words and not between digits: "call me—415-555-2671—today". */
function isPunctuation(text: string, index: number, unit: number): boolean {
  if (unit < 0x2012 || unit > 0x2015) return false;
  return !isNumberUnit(foldOf(unitAt(text, index - 1))) || !isNumberUnit(foldOf(unitAt(text, index + 1)));
}

/** Zero-width units may stand between a dash and its digits. */
function isNumberUnit(unit: number): boolean {
  return isDigit(unit) || unit === 40 || unit === 41 || unit === SKIPPED;
}

/**
 * Folds full-width forms, Unicode dashes, spaces and Arabic-Indic digits to ASCII, and zero-width units to U+200B.
 * The result has the length of `text`.
 */
export function fold(text: string): string {
  let folded = '';
  const units: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = unitAt(text, i);
    units.push(isPunctuation(text, i, unit) ? SPACE : foldOf(unit));
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
    if (unitAt(folded, i) !== SKIPPED) origins[length++] = i;
  }
  return { text: folded.split(skipped).join(''), origins: origins.subarray(0, length) };
}
