// AWS KMS for tests: moto (https://docs.getmoto.org), which takes any credentials. HAMMERWORK_MOTO_URL names one that runs.
import { freePort } from './postgres-server.ts';
import { programBroughtIn, programOnPath } from './server-program.ts';
import type { RunningServer } from './shared-server.ts';
import { spawnServer } from './spawned-server.ts';

export async function startMotoServer(): Promise<RunningServer> {
  const named = process.env.HAMMERWORK_MOTO_URL;
  if (named) return { url: named, stop: async () => {} };
  const program = programOnPath('moto_server') ?? programBroughtIn('moto', "pip install 'moto[server]'");
  const port = await freePort();
  const { stop } = await spawnServer(program, ['-H', '127.0.0.1', '-p', String(port)], { ready: /Running on http/ });
  return { url: `http://127.0.0.1:${port}`, stop };
}
