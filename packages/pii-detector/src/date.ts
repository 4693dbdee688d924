// Dates as people write them, so that they are not taken for phone numbers, and so that a birth date is one.

function plausible(year: number, month: number, day: number): boolean {
  return year >= 1850 && year <= 2199 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** True when the text starts as `YYYY-MM-DD`, `DD.MM.YYYY`, `MM/DD/YYYY`, `YYYYMMDD`, or with a month's name. */
export function isDate(text: string): boolean {
  if (text.length < 6 || text.length > 40) return false;
  const [a = '', b = '', c = '', more = ''] = text.match(/\d+/g) ?? [];
  if (more !== '' && !text.includes(':')) return false;
  if (a.length === 8 && b === '' && a.length === text.length) {
    return plausible(Number(a.slice(0, 4)), Number(a.slice(4, 6)), Number(a.slice(6)));
  }
  if (hasMonthName(text)) return [a, b].some((part) => part.length === 4) || (a.length <= 2 && b.length === 2);
  if (a.length === 4 && b.length <= 2 && c.length <= 2 && c !== '') return plausible(Number(a), Number(b), Number(c));
  if (a.length > 2 || a === '' || b.length > 2 || b === '' || (c.length !== 4 && c.length !== 2)) return false;
  const year = c.length === 2 ? 1900 + Number(c) : Number(c);
  return plausible(year, Number(a), Number(b)) || plausible(year, Number(b), Number(a));
}

function hasMonthName(text: string): boolean {
  return /(?:^|[^a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(text);
}
