// Bank accounts: IBAN (ISO 13616) by its check digits, the rest by field name.
import { isRoutingNumber } from './check-digits.ts';
import { type KindDetector, PRIORITY_IBAN } from './kind-detector.ts';
import { propose } from './scan.ts';
import { isAlphanumeric, isDigit, isLetter, isWordUnit } from './units.ts';

/** Country codes, each with the length of its IBANs (the SWIFT registry). */
const LENGTHS =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30';

function lengthFor(country: string): number {
  for (let i = 0; i < LENGTHS.length; i += 4) {
    if (LENGTHS.startsWith(country, i)) return Number(LENGTHS.slice(i + 2, i + 4));
  }
  return 0;
}

/** ISO 7064 MOD 97-10 of an IBAN without spaces, in capitals. */
export function passesMod97(iban: string): boolean {
  let rest = 0;
  const turned = iban.slice(4) + iban.slice(0, 4);
  for (let i = 0; i < turned.length; i++) {
    const unit = turned.charCodeAt(i);
    rest = isDigit(unit) ? (rest * 10 + unit - 48) % 97 : (rest * 100 + unit - 55) % 97;
  }
  return rest === 1;
}

/** Reads the IBAN at `start`, single spaces or dashes between its groups; 0 where there is none, else its end. */
function ibanEnd(text: string, start: number): number {
  const length = lengthFor(text.slice(start, start + 2).toUpperCase());
  if (length === 0) return 0;
  let bare = '';
  let i = start;
  for (; bare.length < length; i++) {
    const unit = text.charCodeAt(i);
    if (isAlphanumeric(unit)) bare += text[i];
    else if ((unit !== 32 && unit !== 45) || !isAlphanumeric(text.charCodeAt(i + 1)) || bare.length < 2) return 0;
  }
  return !isWordUnit(text.charCodeAt(i)) && passesMod97(bare.toUpperCase()) ? i : 0;
}

/** `be01fdc9a2fb96a0`: a digest that passes by chance; nobody writes an IBAN so. */
function isLowerHex(text: string, start: number, end: number): boolean {
  let letters = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (!isDigit(unit) && (unit < 97 || unit > 102)) return false;
    if (!isDigit(unit)) letters++;
  }
  return letters > 2;
}

function acceptsAccount(value: string): number {
  let digits = 0;
  let others = 0;
  for (let i = 0; i < value.length; i++) {
    if (isDigit(value.charCodeAt(i))) digits++;
    else others++;
  }
  return digits >= 5 && digits <= 30 && others <= digits ? 0.85 : 0;
}

function acceptsRouting(value: string): number {
  return isRoutingNumber(value.padStart(9, '0')) ? 0.95 : acceptsAccount(value) && value.length <= 12 ? 0.6 : 0;
}

/** A BIC (ISO 9362): 4 letters of the bank, 2 of the country, 2 or 5 more. */
function acceptsBic(value: string): number {
  if (value.length !== 8 && value.length !== 11) return 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (i < 6 ? !isLetter(unit) : !isAlphanumeric(unit)) return 0;
  }
  return 0.85;
}

function acceptsIban(value: string): number {
  return value.length >= 15 &&
    value.length <= 42 &&
    isLetter(value.charCodeAt(0)) &&
    isLetter(value.charCodeAt(1)) &&
    isDigit(value.charCodeAt(2))
    ? 0.8
    : 0;
}

/** IBANs, account and routing numbers, BICs. */
export const bankAccounts: KindDetector = {
  kinds: ['iban', 'bank_account'],
  names: [
    { kind: 'iban', accepts: acceptsIban, names: 'iban iban_number iban_no bank_iban' },
    { kind: 'bank_account', accepts: acceptsBic, names: 'bic swift swift_code bic_code swift_bic' },
    {
      kind: 'bank_account',
      accepts: acceptsRouting,
      names: 'routing_number routing_no aba aba_number aba_routing routing_transit_number',
    },
    {
      kind: 'bank_account',
      accepts: acceptsAccount,
      names:
        'account_number account_no acct_no acct_number acct_num bank_account bank_account_number bank_account_no sort_code bsb bsb_number ifsc ifsc_code clabe kontonummer konto blz bankleitzahl rib cuenta numero_cuenta numero_de_cuenta cuenta_bancaria conta_bancaria numero_conta rekeningnummer numer_konta conto_corrente',
      under: {
        words: 'bank bank_account bank_details bank_info banking',
        names: 'account number account_number routing',
      },
    },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const from = start - 2;
    if (from < 0 || end - start < 2 || !isLetter(text.charCodeAt(from)) || !isLetter(text.charCodeAt(from + 1)))
      return 0;
    if (isWordUnit(text.charCodeAt(from - 1))) return 0;
    const close = ibanEnd(text, from);
    if (close > 0 && !isLowerHex(text, from, close))
      propose(scan, {
        kind: 'iban',
        start: from,
        end: close,
        confidence: 0.99,
        reasons: 'mod-97',
        priority: PRIORITY_IBAN,
      });
    return close;
  },
};
