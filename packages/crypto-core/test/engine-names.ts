import type { EngineName } from '../src/crypto.ts';

/** The engines that this build has; tests that go through `createCrypto` run on each. */
export const engineNames: readonly EngineName[] = ['wasm', 'noble', 'native'];
