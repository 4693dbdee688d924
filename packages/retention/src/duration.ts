/** A length of time: `'30d'`, `'12h'`, `'90m'`, `'45s'`, `'2w'`, or `{ days: 30, hours: 12 }`. Whole seconds. */
export type Duration =
  | `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`
  | {
      readonly weeks?: number;
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
    };

const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const unitOf: Readonly<Record<string, keyof typeof secondsPer>> = {
  seconds: 's',
  minutes: 'm',
  hours: 'h',
  days: 'd',
  weeks: 'w',
};

/** Turns a duration into whole seconds, at least 1. TypeError for another form, RangeError for another amount. */
export function durationSeconds(duration: Duration): number {
  const parts = typeof duration === 'string' ? [fromText(duration)] : Object.entries(duration).map(fromMember);
  const seconds = parts.reduce((sum, [amount, unit]) => sum + amount * secondsPer[unit], 0);
  if (!Number.isSafeInteger(seconds) || seconds < 1)
    throw new RangeError(`A duration has to be a whole number of seconds, at least 1; got ${seconds}.`);
  return seconds;
}

function fromText(text: string): [number, keyof typeof secondsPer] {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (!amount || !unit) throw new TypeError(`A duration is written like '30d' (s, m, h, d, w); got '${text}'.`);
  return [Number(amount), unit as keyof typeof secondsPer];
}

function fromMember([name, amount]: [string, unknown]): [number, keyof typeof secondsPer] {
  const unit = unitOf[name];
  if (!unit) throw new TypeError(`A duration has weeks, days, hours, minutes and seconds; got '${name}'.`);
  if (typeof amount !== 'number' || !(amount >= 0))
    throw new RangeError(`The ${name} of a duration must be 0 or more.`);
  return [amount, unit];
}
