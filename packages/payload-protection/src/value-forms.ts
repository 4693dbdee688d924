// The shapes in which a sealed value turns up in a text.
import type { JsonValue } from './json.ts';
import { isWellFormed } from './well-formed.ts';

/** Values up to this length also count word by word ("Anna Schmidt"); longer ones are prose, where that hides too much. */
const maxWordedUnits = 64;

/** Every form of every string, number and name in `values`, unfolded. Names that look like identifiers are left out. */
export function* valueForms(values: Iterable<JsonValue>): Generator<string> {
  for (const value of values) {
    if (typeof value === 'string') yield* textForms(value);
    else if (typeof value === 'number') yield* numberForms(value);
    else if (Array.isArray(value)) yield* valueForms(value);
    else if (typeof value === 'object' && value !== null) {
      yield* valueForms(Object.keys(value).filter((name) => !/^[A-Za-z_$][\w$-]*$/.test(name)));
      yield* valueForms(Object.values(value));
    }
  }
}

function* textForms(text: string): Generator<string> {
  const forms = new Set<string>();
  for (const form of [text.trim(), text.normalize('NFC').trim(), text.normalize('NFD').trim()]) {
    const json = inJson(form);
    forms.add(form).add(json).add(inJson(json)).add(asciiOnly(json));
    if (!isWellFormed(form)) continue;
    const url = encodeURIComponent(form);
    const strict = url.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
    forms.add(encodeURI(form)).add(url).add(strict).add(strict.replaceAll('%20', '+'));
  }
  forms.delete('');
  yield* forms;
}

function* numberForms(number: number): Generator<string> {
  const plain = String(number);
  yield* new Set([plain, number.toFixed(2), grouped(plain, ','), grouped(plain, '.'), grouped(number.toFixed(2), ',')]);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiOnly(json: string): string {
  return json.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function grouped(digits: string, separator: string): string {
  return digits.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, separator));
}

/** Words of three characters or more in a short value. */
export function wordsOf(form: string): string[] {
  return form.length > maxWordedUnits ? [] : (form.match(/[\p{L}\p{N}]{3,}/gu) ?? []);
}
