// Text to UTF-8 and back. Every runtime has these two classes, but the compiler knows them only with a platform's types.
interface Platform {
  readonly TextEncoder: new () => { encodeInto(text: string, target: Uint8Array): { written: number } };
  readonly TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

const { TextEncoder, TextDecoder } = globalThis as unknown as Platform;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Utf8 {
  /** Bytes written. `text` must be well-formed (lone surrogates would be replaced) and fit: three bytes a unit do. */
  encodeInto(text: string, target: Uint8Array): number;
  /** TypeError where `bytes` is not UTF-8. */
  decode(bytes: Uint8Array): string;
}

export const utf8: Utf8 = {
  encodeInto: (text, target) => encoder.encodeInto(text, target).written,
  decode: (bytes) => decoder.decode(bytes),
};
