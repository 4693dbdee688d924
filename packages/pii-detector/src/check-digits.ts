// Check digits of national and tax identifiers. Each takes the bare identifier (digits, capital letters).

/** The sum of the leading digits by their weights, in base 36. */
function weightedSum(digits: string, weights: string): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += Number(digits[i]) * Number.parseInt(weights[i]!, 36);
  return sum;
}

/** The digit behind the weighted ones is their sum, times `factor`, modulo 10 or 11. */
function checks(digits: string, weights: string, modulus: number, factor = 1): boolean {
  return (weightedSum(digits, weights) * factor) % modulus === Number(digits[weights.length]);
}

/** ISO 7064 MOD 11,10, as in the German tax numbers. */
export function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
  return (11 - product) % 10 === Number(digits.at(-1));
}

/** What Verhoeff's check makes of a digit, once more for each place from the right; eight times are none. */
const PERMUTATION = '1576283094';

/** The product of two in the dihedral group D5: turns below 5, mirrored ones from 5. */
function product(a: number, b: number): number {
  const turned = a < 5 ? a + b : a - b + 5;
  return (turned % 5) + (a < 5 === b < 5 ? 0 : 5);
}

/** Verhoeff's check, as in Aadhaar numbers. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits.at(-1 - i));
    for (let times = i % 8; times > 0; times--) digit = Number(PERMUTATION[digit]);
    check = product(check, digit);
  }
  return check === 0;
}

/** UK NHS number: 10 digits, weights 10 to 2, modulo 11. */
export function isNhs(digits: string): boolean {
  return checks(digits, 'a98765432', 11, 10);
}

/** Brazil: the last two digits are checks, the second of them also over the first; 10 counts as 0. */
function passesTwice(digits: string, weights: string): boolean {
  return [weights.slice(1), weights].every(
    (part) => ((weightedSum(digits, part) * 10) % 11) % 10 === Number(digits[part.length]),
  );
}

/** Brazil CPF: 11 digits. */
export function isCpf(digits: string): boolean {
  return passesTwice(digits, 'ba98765432');
}

/** Brazil CNPJ: 14 digits. */
export function isCnpj(digits: string): boolean {
  return passesTwice(digits, '6543298765432');
}

/** Spain DNI (8 digits) and NIE (X, Y or Z and 7 digits), and a letter. */
export function isDni(text: string): boolean {
  const first = 'XYZ'.indexOf(text[0]!);
  const digits = first >= 0 ? first + text.slice(1, 8) : text.slice(0, 8);
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === text[8];
}

/** Values of the digits and letters in odd places of the codice fiscale, in base 36. */
const ODD_VALUES = '10579dfhjl10579dfhjl24ikb368cegampon';

/** Italy codice fiscale: 16 units; the last is a check letter. */
export function isCodiceFiscale(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const value = Number.parseInt(text[i]!, 36);
    sum += i % 2 ? (value < 10 ? value : value - 10) : Number.parseInt(ODD_VALUES[value]!, 36);
  }
  return Number.parseInt(text[15]!, 36) - 10 === sum % 26;
}

/** Netherlands BSN: 9 digits (8 with a zero in front), weights 9 to 2 and -1, modulo 11. */
export function isBsn(digits: string): boolean {
  return checks(digits, '98765432', 11);
}

/** Poland PESEL: 11 digits. */
export function isPesel(digits: string): boolean {
  return checks(digits, '1379137913', 10, 9);
}

/** Poland NIP: 10 digits, modulo 11. */
export function isNip(digits: string): boolean {
  return checks(digits, '657234567', 11);
}

/** Australia TFN: 9 digits, weights 1 4 3 7 5 8 6 9 10, modulo 11. */
export function isTfn(digits: string): boolean {
  return checks(digits, '14375869', 11);
}

/** France NIR: 13 digits and a key of 2, modulo 97. */
export function isNir(text: string): boolean {
  return 97 - (Number(text.slice(0, 13)) % 97) === Number(text.slice(13));
}

/** US bank routing number: 9 digits that open with a Federal Reserve district or a use of its own, weights 3, 7, 1. */
export function isRoutingNumber(digits: string): boolean {
  const isAssigned = /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(digits) && digits !== '000000000';
  return isAssigned && checks(digits, '37137137', 10, 9);
}
