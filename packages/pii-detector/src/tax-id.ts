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
import { CUE_ADJACENT, CUE_CARD, CUE_OTHER, CUE_TAX } from './cues.ts';
import { closesNumber, opensNumber, passesLuhn, sameDigits } from './digits.ts';
import { type KindDetector, matching, PRIORITY_NATIONAL } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { countUnits, DIGIT, endOf, LETTER, shapeEnd, startOf } from './units.ts';

const luhn = (text: string) => passesLuhn(text, 0, text.length);

/** The check of each scheme, of the bare identifier. */
const CHECKS: Readonly<Record<string, (bare: string) => boolean>> = {
  'br-cpf': isCpf,
  'br-cnpj': isCnpj,
  'it-codice-fiscale': isCodiceFiscale,
  'de-steuer-id': passesMod11And10,
  'pl-pesel': isPesel,
  'fr-siret': luhn,
  'fr-nir': isNir,
  'fr-siren': luhn,
  'ca-sin': luhn,
  'au-tfn': isTfn,
  'nl-bsn': isBsn,
  'uk-nhs': isNhs,
  'pl-nip': isNip,
  'in-aadhaar': passesVerhoeff,
  'us-ein': () => true,
  'uk-nino': (text) => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[^DFIQUV][^DFIQUVO].*[A-D]$/.test(text),
  'in-pan': (text) => /^...[ABCFGHJLPT]/.test(text),
  'es-dni': isDni,
  'es-nie': isDni,
};

/** Ways of writing (see `shapeEnd`), each with its schemes in the order in which they are tried. */
const SHAPES = `
999.999.999-99=br-cpf
99.999.999/9999-99=br-cnpj
AAAAAA99A99A999A=it-codice-fiscale
99999999999=br-cpf,de-steuer-id,pl-pesel
99 999 999 999=de-steuer-id
99999999999999=br-cnpj,fr-siret
999999999999999=fr-nir
9 99 99 99 999 999 99=fr-nir
999 999 999=fr-siren,au-tfn
999-999-999=ca-sin
999999999=fr-siren,au-tfn,nl-bsn
999 999 9999=uk-nhs
999-999-9999=uk-nhs
9999999999=uk-nhs,pl-nip
999-999-99-99=pl-nip
9999 9999 9999=in-aadhaar
9999-9999-9999=in-aadhaar
999999999999=in-aadhaar
99-9999999=us-ein
AA999999A=uk-nino
AA 99 99 99 A=uk-nino
AAAAA9999A=in-pan
99999999A=es-dni
99999999-A=es-dni
A9999999A=es-nie
A-9999999-A=es-nie
`;

/** So many shapes, from the top, need no word beside them. */
const SHAPES_ALONE = 3;

/** One way of writing. */
interface Shape {
  readonly shape: string;
  readonly schemes: readonly string[];
  /** Fires without a word beside it. */
  readonly alone: boolean;
}

/** Shapes by the letters and digits that they open with. */
const shapesByOpening: ReadonlyMap<number, readonly Shape[]> = /* @__PURE__ */ groupByOpening();

function openingOf(letters: number, digits: number): number {
  return letters * 32 + digits;
}

function groupByOpening(): ReadonlyMap<number, readonly Shape[]> {
  const groups = new Map<number, Shape[]>();
  for (const [index, line] of SHAPES.trim().split('\n').entries()) {
    const [shape = '', schemes = ''] = line.split('=');
    const first = shape.indexOf('9');
    const key = openingOf(endOf(shape, 0, LETTER), endOf(shape, first, DIGIT) - first);
    const entry = { shape, schemes: schemes.split(','), alone: index < SHAPES_ALONE };
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

/** Where letters begin that open an identifier in front of the digits at `digit`, or `digit`. */
function openingStart(text: string, digit: number): number {
  const start = startOf(text, digit, LETTER, digit - 7);
  const mark = text[digit - 1];
  if (start < digit || (mark !== ' ' && mark !== '-')) return start;
  const letters = startOf(text, digit - 1, LETTER, digit - 4);
  return digit - 1 - letters === (mark === ' ' ? 2 : 1) ? letters : digit;
}

function scanFrom(scan: TextScan, start: number, opening: number): number {
  const { text } = scan;
  const shapes = shapesByOpening.get(opening);
  if (!shapes || !opensNumber(text, start)) return 0;
  for (const { shape, schemes, alone } of shapes) {
    const end = shapeEnd(text, start, shape);
    if (end === 0 || !closesNumber(text, end)) continue;
    const bare = text
      .slice(start, end)
      .replaceAll(/[^A-Za-z\d]/g, '')
      .toUpperCase();
    const id = sameDigits(bare, 0, bare.length) ? undefined : schemes.find((scheme) => CHECKS[scheme]!(bare));
    if (id === undefined) continue;
    const cues = cuesAt(scan, start);
    // India's permanent account number has the name of a card's number.
    const named =
      (cues & (id === 'in-pan' ? CUE_TAX | CUE_CARD : CUE_TAX)) !== 0 && !(cues & CUE_OTHER && cues & CUE_ADJACENT);
    if (!named && !alone) continue;
    propose(scan, 'tax_id', start, end, named ? 0.9 : 0.8, named ? `${id} cue` : id, PRIORITY_NATIONAL);
    return end;
  }
  return 0;
}

/** By field name: 5 to 20 letters and digits, mostly digits; `sin: 0.7071` is another matter. */
function acceptsIdentifier(value: string, numeric: boolean): number {
  if (!(numeric ? /^\d*$/ : /^[a-z\d./ -]*$/i).test(value) || sameDigits(value, 0, value.length)) return 0;
  const { digits, letters } = countUnits(value);
  return digits >= 5 && digits + letters <= 20 && letters <= 10 ? 0.85 : 0;
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
        'tax_id tax_number tax_identification_number taxpayer_number ein fein employer_identification_number sin social_insurance_number nino national_insurance national_insurance_number ni_number nhs aadhaar aadhar pan_card pan_number cpf cnpj curp dni nie nif cif codice_fiscale numero_fiscal partita_iva steuer_id steuernummer steuer_nummer steuer_identifikationsnummer idnr sozialversicherungsnummer svnr svnummer insee nir secu numero_securite_sociale siren siret bsn burgerservicenummer personnummer personal_number cpr hetu pesel nip nationalid id_card_number id_number identity_number identity_card identity_card_number mynumber tfn tax_file_number sss vat_number vat_id cnp rut マイナンバー 身份证 身份证号 주민등록번호 инн снилс',
    },
    // Mexico's: 3 or 4 letters, a date, 3 units; `rfc: 2822` is another matter.
    { kind: 'tax_id', accepts: matching(/^[a-z]{3,4}\d{6}.{3}$/is, 0.9), names: 'rfc' },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const from = openingStart(text, start);
    const digits = end - start;
    const letters = endOf(text, from, LETTER, start) - from;
    return (
      (from < start && scanFrom(scan, from, openingOf(letters, digits))) || scanFrom(scan, start, openingOf(0, digits))
    );
  },
};
