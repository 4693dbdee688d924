// The grammar of KMS URIs: SCHEME ":" TARGET [ "?" NAME "=" VALUE *( "&" NAME "=" VALUE ) ]. What is not in the grammar
// is an error: an unknown or repeated parameter, an empty target, a user name or password.
import { KmsError } from './errors.ts';

export interface KmsUri {
  scheme: string;
  target: string;
  parameters: ReadonlyMap<string, string>;
}

/** Errors: `uri_malformed`. The message never repeats the target: it may be a secret. */
export function parseKmsUri(uri: string): KmsUri {
  if (typeof uri !== 'string') throw new TypeError(`A KMS URI must be a string, got ${typeof uri}`);
  const match = /^([a-z][a-z0-9-]*):([^?#]+)(?:\?([^?#]*))?$/.exec(uri);
  if (!match) throw malformed('it is not of the form SCHEME:TARGET');
  const [, scheme, target, query] = match as unknown as [string, string, string, string | undefined];
  return { scheme, target: decode(target), parameters: parseParameters(query) };
}

/** Throws `uri_malformed` for a parameter that is not one of `known`. */
export function assertParameters(uri: KmsUri, known: readonly string[]): void {
  for (const name of uri.parameters.keys()) {
    if (!known.includes(name)) {
      const names = known.length > 0 ? known.join(', ') : 'none';
      throw malformed(`${uri.scheme}: has no parameter "${name}" (it has ${names})`);
    }
  }
}

/** A whole number in decimal, or undefined where the parameter is absent. */
export function numberParameter(uri: KmsUri, name: string): number | undefined {
  const text = uri.parameters.get(name);
  if (text === undefined) return undefined;
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) throw malformed(`"${name}" must be a whole number`);
  return Number(text);
}

export function malformed(what: string): KmsError {
  return new KmsError('uri_malformed', `The KMS URI cannot be used: ${what}.`);
}

function parseParameters(query: string | undefined): Map<string, string> {
  const parameters = new Map<string, string>();
  if (query === undefined) return parameters;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (at < 1 || !/^[A-Za-z][A-Za-z0-9_-]{0,30}$/.test(name))
      throw malformed('a parameter is not of the form NAME=VALUE');
    if (parameters.has(name)) throw malformed(`the parameter "${name}" is repeated`);
    const value = decode(pair.slice(at + 1));
    if (value === '') throw malformed(`the parameter "${name}" is empty`);
    parameters.set(name, value);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a percent sign is not followed by two hex digits');
  }
}
