// Values of options and arguments, checked before a command runs.
import { KINDS, type Kind } from '@hammerwork/pii-detector';
import { InvalidArgumentError } from 'commander';

/** The option of every command that leaves an audit entry. */
export const reasonOption = ['--reason <text>', 'why, for the audit log; no personal data'] as const;

export function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

export function dateArgument(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z.');
  return date;
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

export function kindList(text: string): readonly Kind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const wrong = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (wrong !== undefined) throw new InvalidArgumentError(`There is no kind ${JSON.stringify(wrong)}.`);
  return kinds as Kind[];
}
