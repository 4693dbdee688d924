// National and tax identifiers: by field name, by a word beside them and their check digits, and alone where shape and
// check leave little to chance (CPF and CNPJ as they are set, codice fiscale).
import {
  isBsn,
  isCnpj,
  isCodiceFiscale,
  isCpf,
  isDni,
  isNhs,
  isNip,
  isNir,
  isPesel,
  isTfn,
  passesMod11And10,
  passesVerhoeff,
} from './check-digits.ts';
import { CUE_ADJACENT, CUE_OTHER, CUE_TAX } from './cues.ts';
import { closesNumber, digitsOf, opensNumber, passesLuhn, sameDigits } from './digits.ts';
import { type KindDetector, PRIORITY_NATIONAL } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { isAlphanumeric, isDigit, isLetter, unitAt } from './units.ts';

/** `9` a digit, `A` a letter, `X` either, `?` one of these or nothing is not needed: one line per way of writing. */
interface Scheme {
  readonly id: string;
  readonly shape: string;
  readonly check: (bare: string) => boolean;
  /** Fires without a word beside it. */
  readonly alone?: boolean;
}

const NINO_PREFIX = (text: string) =>
  !'DFIQUV'.includes(text[0]!) &&
  !'DFIQUVO'.includes(text[1]!) &&
  !'BG GB KN NK NT TN ZZ'.includes(text.slice(0, 2)) &&
  'ABCD'.includes(text.at(-1)!);
const luhn = (text: string) => passesLuhn(text, 0, text.length);
const any = () => true;

const SCHEMES: readonly Scheme[] = [
  { id: 'br-cpf', shape: '999.999.999-99', check: isCpf, alone: true },
  { id: 'br-cnpj', shape: '99.999.999/9999-99', check: isCnpj, alone: true },
  { id: 'it-codice-fiscale', shape: 'AAAAAA99A99A999A', check: isCodiceFiscale, alone: true },
  { id: 'br-cpf', shape: '99999999999', check: isCpf },
  { id: 'de-steuer-id', shape: '99999999999', check: passesMod11And10 },
  { id: 'pl-pesel', shape: '99999999999', check: isPesel },
  { id: 'de-steuer-id', shape: '99 999 999 999', check: passesMod11And10 },
  { id: 'br-cnpj', shape: '99999999999999', check: isCnpj },
  { id: 'fr-siret', shape: '99999999999999', check: luhn },
  { id: 'fr-nir', shape: '999999999999999', check: isNir },
  { id: 'fr-nir', shape: '9 99 99 99 999 999 99', check: isNir },
  { id: 'fr-siren', shape: '999 999 999', check: luhn },
  { id: 'ca-sin', shape: '999-999-999', check: luhn },
  { id: 'au-tfn', shape: '999 999 999', check: isTfn },
  { id: 'fr-siren', shape: '999999999', check: luhn },
  { id: 'au-tfn', shape: '999999999', check: isTfn },
  { id: 'nl-bsn', shape: '999999999', check: isBsn },
  { id: 'uk-nhs', shape: '999 999 9999', check: isNhs },
  { id: 'uk-nhs', shape: '999-999-9999', check: isNhs },
  { id: 'uk-nhs', shape: '9999999999', check: isNhs },
  { id: 'pl-nip', shape: '999-999-99-99', check: isNip },
  { id: 'pl-nip', shape: '9999999999', check: isNip },
  { id: 'in-aadhaar', shape: '9999 9999 9999', check: passesVerhoeff },
  { id: 'in-aadhaar', shape: '9999-9999-9999', check: passesVerhoeff },
  { id: 'in-aadhaar', shape: '999999999999', check: passesVerhoeff },
  { id: 'us-ein', shape: '99-9999999', check: any },
  { id: 'uk-nino', shape: 'AA999999A', check: NINO_PREFIX },
  { id: 'uk-nino', shape: 'AA 99 99 99 A', check: NINO_PREFIX },
  { id: 'in-pan', shape: 'AAAAA9999A', check: (text) => 'ABCFGHJLPT'.includes(text[3]!) },
  { id: 'es-dni', shape: '99999999A', check: isDni },
  { id: 'es-dni', shape: '99999999-A', check: isDni },
  { id: 'es-nie', shape: 'A9999999A', check: isDni },
  { id: 'es-nie', shape: 'A-9999999-A', check: isDni },
];

/** Schemes by the letters and digits that they open with: `letters * 32 + digits`. */
const schemesByOpening: ReadonlyMap<number, readonly Scheme[]> = /* @__PURE__ */ groupByOpening();

function groupByOpening(): ReadonlyMap<number, readonly Scheme[]> {
  const groups = new Map<number, Scheme[]>();
  for (const scheme of SCHEMES) {
    const { shape } = scheme;
    let letters = 0;
    while (shape[letters] === 'A') letters++;
    const first = shape.indexOf('9');
    let digits = first;
    while (shape[digits] === '9') digits++;
    const key = letters * 32 + digits - first;
    groups.set(key, [...(groups.get(key) ?? []), scheme]);
  }
  return groups;
}

/** The bare identifier when the text at `start` has the shape and ends there, '' otherwise. */
function read(text: string, start: number, shape: string): string {
  for (let i = 0; i < shape.length; i++) {
    const unit = unitAt(text, start + i);
    const wanted = unitAt(shape, i);
    if (wanted === 57 ? !isDigit(unit) : wanted === 65 ? !isLetter(unit) : unit !== wanted) return '';
  }
  let bare = '';
  for (let i = 0; i < shape.length; i++) {
    if (isAlphanumeric(unitAt(shape, i))) bare += text[start + i];
  }
  return bare.toUpperCase();
}

/** Where letters begin that open an identifier in front of the digits at `digit`, or `digit`. */
function startOf(text: string, digit: number): number {
  let start = digit;
  while (start > 0 && digit - start < 7 && isLetter(unitAt(text, start - 1))) start--;
  const mark = unitAt(text, digit - 1);
  if (start < digit || digit < 2 || (mark !== 32 && mark !== 45)) return start;
  let letters = digit - 1;
  while (letters > 0 && digit - letters < 4 && isLetter(unitAt(text, letters - 1))) letters--;
  const size = digit - 1 - letters;
  return (size === 2 && mark === 32) || (size === 1 && mark === 45) ? letters : digit;
}

function scanFrom(scan: TextScan, start: number, schemes: readonly Scheme[] | undefined): number {
  const { text } = scan;
  if (!schemes || !opensNumber(text, start)) return 0;
  for (const scheme of schemes) {
    const bare = read(text, start, scheme.shape);
    const end = start + scheme.shape.length;
    if (bare === '' || !closesNumber(text, end) || sameDigits(bare, 0, bare.length) || !scheme.check(bare)) continue;
    const cues = cuesAt(scan, start);
    const named = (cues & CUE_TAX) !== 0 && !(cues & CUE_OTHER && cues & CUE_ADJACENT);
    if (!named && !scheme.alone) continue;
    const reasons = `${scheme.id}${named ? ' cue' : ''}`;
    propose(scan, 'tax_id', start, end, named ? 0.9 : 0.8, reasons, PRIORITY_NATIONAL);
    return end;
  }
  return 0;
}

/** By field name: 5 to 20 letters and digits, mostly digits; `sin: 0.7071` is another matter. */
function acceptsIdentifier(value: string, numeric: boolean): number {
  if (numeric && digitsOf(value, 0, value.length) !== value) return 0;
  let digits = 0;
  let letters = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = unitAt(value, i);
    if (isDigit(unit)) digits++;
    else if (isLetter(unit)) letters++;
    else if (unit !== 32 && unit !== 45 && unit !== 46 && unit !== 47) return 0;
  }
  return digits >= 5 && digits + letters <= 20 && letters <= 10 && !sameDigits(value, 0, value.length) ? 0.85 : 0;
}

/** Mexico's RFC: 3 or 4 letters, a date, 3 units; `rfc: 2822` is another matter. */
function acceptsRfc(value: string): number {
  const letters = value.length - 9;
  if (letters < 3 || letters > 4) return 0;
  for (let i = 0; i < letters; i++) if (!isLetter(unitAt(value, i))) return 0;
  for (let i = letters; i < letters + 6; i++) if (!isDigit(unitAt(value, i))) return 0;
  return 0.9;
}

/** National and tax identifiers. */
export const taxIds: KindDetector = {
  kinds: ['tax_id'],
  names: [
    {
      kind: 'tax_id',
      cues: CUE_TAX,
      accepts: acceptsIdentifier,
      names:
        'tax_id tax_number tax_no tax_identification_number taxpayer_number ein fein employer_identification_number sin social_insurance_number nino national_insurance national_insurance_number ni_number nhs aadhaar aadhar pan_card pan_number cpf cnpj cpf_cnpj curp dni nie nif cif codice_fiscale codicefiscale partita_iva steuer_id steuernummer steuer_nummer steuer_identifikationsnummer idnr sozialversicherungsnummer svnr svnummer insee numero_insee nir secu numero_secu numero_securite_sociale siren siret bsn burgerservicenummer personnummer personal_number cpr hetu pesel nip national_identity_number nationalid id_card_number id_number identity_number identity_card identity_card_number mynumber tfn tax_file_number sss vat_number vat_id cnp rut マイナンバー 身份证 身份证号 주민등록번호 инн снилс',
    },
    { kind: 'tax_id', accepts: acceptsRfc, names: 'rfc' },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const from = startOf(text, start);
    const digits = end - start;
    if (from < start) {
      const letters = isLetter(unitAt(text, start - 1)) ? start - from : start - from - 1;
      const found = scanFrom(scan, from, schemesByOpening.get(letters * 32 + digits));
      if (found > 0) return found;
    }
    return scanFrom(scan, start, schemesByOpening.get(digits));
  },
};
