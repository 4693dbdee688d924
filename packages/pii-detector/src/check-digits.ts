// Check digits of national and tax identifiers. Each takes the bare identifier (digits, capital letters).

function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (digits.charCodeAt(i) - 48) * weights[i]!;
  return sum;
}

/** ISO 7064 MOD 11,10, as in the German tax numbers. */
export function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digits.charCodeAt(i) - 48 + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48;
}

// The dihedral group D5 and the permutation of Verhoeff's check.
const DIHEDRAL = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const PERMUTATION = '01234567891576283094580379614289160435279453126870428657390127938064157046913258';

/** Verhoeff's check, as in Aadhaar numbers. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    check = Number(DIHEDRAL[check * 10 + Number(PERMUTATION[(i % 8) * 10 + digit])]);
  }
  return check === 0;
}

/** UK NHS number: 10 digits, weights 10 to 2, modulo 11. */
export function isNhs(digits: string): boolean {
  const check = 11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return digits.length === 10 && (check === 11 ? 0 : check) === digits.charCodeAt(9) - 48;
}

/** Brazil CPF: 11 digits, the last two of them checks. */
export function isCpf(digits: string): boolean {
  if (digits.length !== 11) return false;
  const first = ((weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((weightedSum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return first === digits.charCodeAt(9) - 48 && second === digits.charCodeAt(10) - 48;
}

/** Brazil CNPJ: 14 digits, the last two of them checks. */
export function isCnpj(digits: string): boolean {
  if (digits.length !== 14) return false;
  const first = weightedSum(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  const second = weightedSum(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  const digit = (rest: number) => (rest < 2 ? 0 : 11 - rest);
  return digit(first) === digits.charCodeAt(12) - 48 && digit(second) === digits.charCodeAt(13) - 48;
}

/** Spain DNI (8 digits) and NIE (X, Y or Z and 7 digits), and a letter. */
export function isDni(text: string): boolean {
  if (text.length !== 9) return false;
  const first = 'XYZ'.indexOf(text[0]!);
  const digits = first >= 0 ? first + text.slice(1, 8) : text.slice(0, 8);
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === text[8];
}

// Values of the units in odd places of the codice fiscale, for 0-9 and A-Z.
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italy codice fiscale: 16 units; the last is a check letter. */
export function isCodiceFiscale(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const unit = text.charCodeAt(i);
    const digit = unit <= 57;
    if (i % 2 === 1) sum += digit ? unit - 48 : unit - 65;
    else sum += (digit ? ODD_DIGITS[unit - 48] : ODD_LETTERS[unit - 65]) ?? 0;
  }
  return text.length === 16 && text.charCodeAt(15) === 65 + (sum % 26);
}

/** Netherlands BSN: 9 digits (8 with a zero in front), weights 9 to 2 and -1, modulo 11. */
export function isBsn(digits: string): boolean {
  return digits.length === 9 && weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** Poland PESEL: 11 digits. */
export function isPesel(digits: string): boolean {
  return digits.length === 11 && weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** Poland NIP: 10 digits, modulo 11. */
export function isNip(digits: string): boolean {
  return digits.length === 10 && weightedSum(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digits.charCodeAt(9) - 48;
}

/** Australia TFN: 9 digits, modulo 11. */
export function isTfn(digits: string): boolean {
  return digits.length === 9 && weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

/** France NIR: 13 digits and a key of 2, modulo 97; Corsica's 2A and 2B count as 19 and 18. */
export function isNir(text: string): boolean {
  if (text.length !== 15) return false;
  const number = Number(text.slice(0, 13).replace('2A', '19').replace('2B', '18'));
  return 97 - (number % 97) === Number(text.slice(13));
}

/** US bank routing number: 9 digits that open with a Federal Reserve district or a use of its own, weights 3, 7, 1. */
export function isRoutingNumber(digits: string): boolean {
  const district = Number(digits.slice(0, 2));
  const assigned = district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72);
  return (
    (assigned || district === 80) &&
    digits.length === 9 &&
    digits !== '000000000' &&
    weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
  );
}
