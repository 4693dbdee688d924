// Field names as words: `creditCardNumber`, `credit-card-number` and `CREDIT_CARD_NUMBER` are the same three.

const MAX_NAME_UNITS = 80;

/** Latin letters without their accents. */
export function withoutAccents(name: string): string {
  if (/^[\0-\x7f]*$/.test(name)) return name;
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** No letters or digits, a capital behind something else, a capital that begins a word behind an acronym. */
const BOUNDARY = /[^\p{L}\p{M}\d]+|(?<!\p{Lu})(?=\p{Lu})|(?=\p{Lu}\p{Ll})/u;

/**
 * Words of a field name in lower case, without accents: split at anything that is no letter or digit, at camel humps,
 * and behind acronyms (`IPAddress` is `ip`, `address`). Digits stay with the word before them (`cvv2`, `line1`).
 * No words for a name of more than 80 units.
 */
export function splitName(name: string): string[] {
  if (name.length > MAX_NAME_UNITS) return [];
  const words = withoutAccents(name)
    .replace(/['\u2019]/g, '')
    .split(BOUNDARY);
  return words.filter((word) => word !== '').map((word) => word.toLowerCase());
}
