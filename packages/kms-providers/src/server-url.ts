// Addresses of servers that get tokens and keys: https, or http on this machine; no credentials, path or query.
import { malformed } from './kms-uri.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** `name` is the parameter or variable that the text came from. Errors: `uri_malformed`, without the text. */
export function parseServerUrl(text: string, name: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw malformed(`${name} is not a URL`);
  }
  if (url.username || url.password) throw malformed(`${name} has credentials in it; they belong into the environment`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw malformed(`${name} is neither https nor http`);
  assertPrivate(url, name);
  if (url.pathname !== '/' || url.search || url.hash) throw malformed(`${name} has more than a host and a port`);
  return url;
}

/** Errors: `uri_malformed` for plain http to another machine. */
export function assertPrivate({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>, name: string): void {
  if (protocol === 'https:' || loopback.test(hostname)) return;
  throw malformed(`${name} is plain http to another machine; use https`);
}

export function isPlain(url: URL): boolean {
  return url.protocol === 'http:';
}
