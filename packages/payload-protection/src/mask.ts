// Masks: what of a sealed value may stay readable in the clear payload.
import type { JsonValue } from './json.ts';

/**
 * `last4`: `****` and the last four letters or digits, where there are at least eight.
 * `email_domain`: `***` and what follows the last @.
 */
export type MaskName = 'last4' | 'email_domain';

const makers: Record<MaskName, (text: string) => string | null> = {
  last4(text) {
    const characters = text.match(/[\p{L}\p{N}]/gu) ?? [];
    return characters.length >= 8 ? `****${characters.slice(-4).join('')}` : null;
  },
  email_domain(text) {
    return /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u.test(text.trim())
      ? `***${text.trim().slice(text.trim().lastIndexOf('@'))}`
      : null;
  },
};

export function isMaskName(name: unknown): name is MaskName {
  return typeof name === 'string' && Object.hasOwn(makers, name);
}

/** Null where the value is no text (or whole number) that the mask is made for. */
export function maskOf(name: MaskName, value: JsonValue): string | null {
  if (typeof value === 'string') return makers[name](value);
  return Number.isSafeInteger(value) ? makers[name](String(value)) : null;
}
