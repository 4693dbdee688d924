// What is kept of what a handler threw. Under a policy it is sealed whole; otherwise it is scrubbed, or only named.

const maxCharacters = 16_384;
const maxCauses = 5;

/** JSON form of an error. */
export interface ErrorText {
  readonly name: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: ErrorText;
}

/** Describes whatever was thrown. `clean` is applied to each text; without it only names are kept. */
export function describeError(thrown: unknown, clean: ((text: string) => string) | undefined): ErrorText {
  return describe(thrown, { clean, causes: maxCauses });
}

function describe(
  thrown: unknown,
  { clean, causes }: { clean: ((text: string) => string) | undefined; causes: number },
): ErrorText {
  const error = thrown instanceof Error ? thrown : undefined;
  const name = error && /^\w{1,64}$/.test(error.name) ? error.name : 'Error';
  if (!clean) return { name };
  const text = (value: unknown) => clean(storable(String(value))).slice(0, maxCharacters);
  return {
    name,
    message: text(error ? error.message : asText(thrown)),
    ...(error?.stack && { stack: text(error.stack) }),
    ...(error?.cause !== undefined && causes > 0 && { cause: describe(error.cause, { clean, causes: causes - 1 }) }),
  };
}

function asText(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return 'something that is no Error and no JSON';
  }
}

function storable(text: string): string {
  return text.replaceAll(/\p{Surrogate}|\0/gu, '\ufffd');
}
