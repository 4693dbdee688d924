// Dates as people write them, so that they are not taken for phone numbers, and so that a birth date is one.

function plausible(year: number, month: number, day: number): boolean {
  return year >= 1850 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

const MONTH = /(?:^|[^a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

/** True when the text starts as `YYYY-MM-DD`, `DD.MM.YYYY`, `MM/DD/YYYY`, `YYYYMMDD`, or with a month's name. */
export function isDate(text: string): boolean {
  if (text.length < 6 || text.length > 40) return false;
  const parts = text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3').match(/\d+/g) ?? [];
  if (parts.length > 3 && !text.includes(':')) return false;
  const lengths = parts.map((part) => part.length).join(' ');
  const [a = 0, b = 0, c = 0] = parts.map(Number);
  if (MONTH.test(text)) return /^(?:\d+ )?4\b|^(?:[12] )2\b/.test(lengths);
  if (/^4 [12] [12]\b/.test(lengths)) return plausible(a, b, c);
  const year = parts[2]?.length === 2 ? 1900 + c : c;
  return /^[12] [12] [24]\b/.test(lengths) && (plausible(year, a, b) || plausible(year, b, a));
}
