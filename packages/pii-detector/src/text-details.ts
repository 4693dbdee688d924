// Details of people in text behind their names: `cvv=123`, `date_of_birth: 1984-03-12`, `first_name=Ann&last_name=Lee`.
import { type NameRule, PRIORITY_CUSTOM } from './kind-detector.ts';
import { propose, type TextScan } from './scan.ts';

const MAX_UNITS = 64;

/** Capitalised words; "Last name" is the next name. */
const NAME = /^\p{Lu}[\p{L}'\u2019-]*(?: (?!\p{L}+ ?[Nn]ame)\p{Lu}(?:\.|[\p{L}'\u2019-]*(?![\p{L}\d_=:(.])))*/u;
/** In code the type of a name stands behind it, or another name. */
const NO_NAME = /^(?:str|any|option|column|symbol|field|value)$|name/i;
const DATE = /^(?:\p{L}+\.? \d\d?,? \d{4}|\d\d?\.? \p{L}+\.? \d{4}|\d[\d./-]*\d)/u;
const CODE = /^[a-z\d](?:[a-z\d-]*[a-z\d])?/i;
/** What ends a value. */
const END = /^\.?(?:[\s,;&|"'`*)}\]]|<\/|$)/;

/** Proposes the value at `start`, which ends at `end` where that is not 0; answers with its end, 0 where it is none. */
export function takeDetail(scan: TextScan, { kind, accepts }: NameRule, start: number, end: number): number {
  const ahead = scan.text.slice(start, end || start + MAX_UNITS);
  const [value = ''] = (kind === 'name' ? NAME : kind === 'date_of_birth' ? DATE : CODE).exec(ahead) ?? [];
  const rest = ahead.slice(value.length);
  if (value === '' || (end ? rest : !END.test(rest)) || accepts!(value, false) < scan.threshold) return 0;
  if (kind === 'name' && NO_NAME.test(value)) return 0;
  propose(scan, kind, start, start + value.length, 0.85, 'assignment', PRIORITY_CUSTOM);
  return start + value.length;
}
