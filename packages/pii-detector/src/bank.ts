// Bank accounts: IBAN (ISO 13616) by its check digits, the rest by field name.
import { isRoutingNumber } from './check-digits.ts';
import { CUE_ACCOUNT, CUE_BANK } from './cues.ts';
import { closesNumber, digitsOf, opensNumber, sameDigits } from './digits.ts';
import { type KindDetector, matching, PRIORITY_IBAN } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { isAlphanumeric, isDigit, isLetter, isWordUnit, textBefore, unitAt } from './units.ts';

/**
 * Structures of account numbers behind the check digits (the SWIFT registry), each with its countries: so many digits
 * (`n`), letters (`a`), or either (`c`).
 */
const STRUCTURES =
  '10n11c2nFRMC 11nNO 12nBE 14n15cRU 14nDKFIFOGLSD 15nSI 16nATBAEELTMNXK 17nHR 18nCRDEMERSVA 19nAEILSOTL 1a10n12cITSM 20cMD 20nCZESSESKTN 21nLYPTST 22nIS 23n1a1cBR 23nBIDJMR 24cGT 24nHUPL 25nEG 2a12nFK 2a16nGE 2n18cSA 3n10c2nMK 3n13cKZLU 3n16cOM 4a10nNL 4a13cLV 4a14cBH 4a14nGBIE 4a15cGI 4a15nIQ 4a16cPKRO 4a16nVG 4a19n3aMU 4a20cAZ 4a20n3aSC 4a20nHNNISV 4a21cPSQA 4a22cKW 4a24cLC 4a4n18cJOYE 4a5n18cMT 4a6n8cBG 4c20nDO 4c4n16cBY 4n20cLB 5n12cCHLI 6n16cTR 6n19cUA 7n16cGR 8n12cAD 8n16cALCY';

/** Structures by country, as `n`, `a` or `c` per unit. */
const structures: ReadonlyMap<string, string> = /* @__PURE__ */ readStructures();

function readStructures(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const line of STRUCTURES.split(' ')) {
    const countries = line.replace(/^[\dnac]+/, '');
    const structure = line
      .slice(0, line.length - countries.length)
      .replace(/(\d+)(.)/g, (_, count: string, unit: string) => unit.repeat(Number(count)));
    for (const country of countries.match(/../g) ?? []) read.set(country, structure);
  }
  return read;
}

/** Structure of the account numbers of a country, a unit each; undefined for a country without IBANs. */
export function structureOf(country: string): string | undefined {
  return structures.get(country);
}

function fits(unit: number, wanted: string | undefined): boolean {
  return wanted === 'n' ? isDigit(unit) : wanted === 'a' ? isLetter(unit) : isAlphanumeric(unit);
}

/** ISO 7064 MOD 97-10 of an IBAN without spaces, in capitals. */
export function passesMod97(iban: string): boolean {
  let rest = 0;
  const turned = iban.slice(4) + iban.slice(0, 4);
  for (let i = 0; i < turned.length; i++) {
    const unit = unitAt(turned, i);
    rest = isDigit(unit) ? (rest * 10 + unit - 48) % 97 : (rest * 100 + unit - 55) % 97;
  }
  return rest === 1;
}

/** Reads the IBAN at `start`, single spaces or dashes between its groups; 0 where there is none, else its end. */
function ibanEnd(text: string, start: number): number {
  const structure = structureOf(text.slice(start, start + 2).toUpperCase());
  if (structure === undefined) return 0;
  const length = structure.length + 4;
  let bare = text.slice(start, start + 2);
  let i = start + 2;
  for (; bare.length < length; i++) {
    const unit = unitAt(text, i);
    if (isAlphanumeric(unit)) {
      if (!fits(unit, bare.length < 4 ? 'n' : structure[bare.length - 4])) return 0;
      bare += text[i];
    } else if ((unit !== 32 && unit !== 45) || !isAlphanumeric(unitAt(text, i + 1))) return 0;
  }
  return !isWordUnit(unitAt(text, i)) && passesMod97(bare.toUpperCase()) ? i : 0;
}

/** "account number: ", "Acct. no. " directly in front; "account" alone is also a customer's. */
const ACCOUNT_NUMBER =
  /(?:(?:account|acct|konto)[ ._-]*(?:#(?=.*is)|number|num|no|nr)|kontonummer)[ .:]*(?: is)?[ \t:=>("'#]*$/;

/** Bare digits: a routing number by its check digit, an account number, behind the words for them. */
function numbered(scan: TextScan, start: number, end: number): number {
  const { text } = scan;
  const length = end - start;
  if (length < 6 || length > 17 || !opensNumber(text, start) || !closesNumber(text, end)) return 0;
  const cues = cuesAt(scan, start);
  const routing = cues & CUE_BANK && length === 9 && isRoutingNumber(text.slice(start, end));
  if (!routing && !(cues & CUE_ACCOUNT && ACCOUNT_NUMBER.test(textBefore(text, start, 32)))) return 0;
  if (sameDigits(text, start, end)) return 0;
  const reasons = routing ? 'us-routing cue' : 'cue';
  propose(scan, 'bank_account', start, end, 0.85, reasons, PRIORITY_IBAN);
  return end;
}

function acceptsAccount(value: string): number {
  const digits = digitsOf(value, 0, value.length).length;
  return digits >= 5 && digits <= 30 && value.length <= digits * 2 ? 0.85 : 0;
}

function acceptsRouting(value: string): number {
  return isRoutingNumber(value.padStart(9, '0')) ? 0.95 : acceptsAccount(value) && value.length <= 12 ? 0.6 : 0;
}

/** IBANs, account and routing numbers, BICs. */
export const bankAccounts: KindDetector = {
  kinds: ['iban', 'bank_account'],
  names: [
    { kind: 'iban', accepts: matching(/^[a-z]{2}\d.{12,39}$/is, 0.8), names: 'iban' },
    // A BIC (ISO 9362): 4 letters of the bank, 2 of the country, 2 or 5 more.
    {
      kind: 'bank_account',
      accepts: matching(/^[a-z]{6}(?:[a-z\d]{2}|[a-z\d]{5})$/i, 0.85),
      names: 'bic swift swift_code bic_code',
    },
    {
      kind: 'bank_account',
      accepts: acceptsRouting,
      names: 'routing_number aba aba_routing routing_transit_number',
    },
    {
      kind: 'bank_account',
      accepts: acceptsAccount,
      names:
        'account_number bank_account sort_code bsb ifsc ifsc_code clabe kontonummer konto blz bankleitzahl rib cuenta cuenta_bancaria conta_bancaria numero_conta rekeningnummer numer_konta conto_corrente numero_compte numero_de_compte numero_conto conta_corrente',
      under: {
        words: 'bank bank_account bank_info banking',
        names: 'account number account_number routing',
      },
    },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const from = start - 2;
    if (from < 0 || !isLetter(unitAt(text, start - 1))) return numbered(scan, start, end);
    if (end - start < 2 || !isLetter(unitAt(text, from)) || isWordUnit(unitAt(text, from - 1))) return 0;
    const close = ibanEnd(text, from);
    if (close > 0) propose(scan, 'iban', from, close, 0.99, 'mod-97', PRIORITY_IBAN);
    return close;
  },
};
