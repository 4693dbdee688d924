// Cloudflare's workerd: the module and the vectors are parts of the deployment.
import type { EngineName } from '@hammerwork/crypto-core';
import aeadModule from '@hammerwork/crypto-core/aead.wasm';
import { moduleSources } from 'crypto-core-inside/engines/module-sources';
// @ts-expect-error: a file of the deployment
import vectors from 'vectors.json';
import { runAll } from '../suite/all.ts';

const module = () => aeadModule;

// biome-ignore lint/style/noDefaultExport: what workerd calls
export default {
  async fetch({ url }: Request): Promise<Response> {
    const engines: EngineName[] = url.endsWith('?native') ? ['wasm', 'native', 'noble'] : ['wasm', 'noble'];
    const given = { auto: 'wasm', engines, sources: () => moduleSources(module), module } as const;
    return Response.json(await runAll({ ...given, vectors }));
  },
};
