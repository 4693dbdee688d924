// A Google Cloud KMS for tests, over gRPC and REST at once, on loopback: real encryption, AAD and CRC-32C enforced, key
// versions with their states. Written from the published protocol; its keys live as long as the process.

import { serveGrpc } from './grpc-server.ts';
import { readProtocol } from './protocol.ts';
import type { Resources } from './resources.ts';
import { serveRest } from './rest-server.ts';
import { answer, type Service } from './service.ts';

export type { GcpCall, GcpFault } from './service.ts';

export interface FakeGcpKms extends Service {
  /** `http://127.0.0.1:PORT` of gRPC, in clear. */
  readonly grpcUrl: string;
  readonly restUrl: string;
  /** Makes a key ring and a key for encryption in it, and answers the key's name. */
  createKey(id: string, options?: { protectionLevel?: 'SOFTWARE' | 'HSM' }): Promise<string>;
  /** Refuses an IAM permission on a key, until `allow`. */
  deny(permission: string, resource: string): void;
  allow(permission: string, resource: string): void;
  stop(): Promise<void>;
}

/** `now` moves what is scheduled for destruction. */
export async function startFakeGcpKms({ now = Date.now }: { now?: () => number } = {}): Promise<FakeGcpKms> {
  const resources: Resources = { now, keyRings: new Map(), keys: new Map(), denied: new Set() };
  const service: Service = { resources, calls: [], fault: undefined, token: undefined };
  const methods = readProtocol();
  const [grpc, rest] = await Promise.all([serveGrpc(service, methods), serveRest(service, methods)]);
  const ring = 'projects/hammerwork/locations/global/keyRings/tests';
  const call = (method: string, request: object) =>
    answer(
      { ...service, fault: undefined, token: undefined, calls: [] },
      { method, transport: 'grpc', request },
      undefined,
    );
  return Object.assign(service, {
    grpcUrl: `http://127.0.0.1:${grpc.port}`,
    restUrl: `http://127.0.0.1:${rest.port}`,
    async createKey(id: string, { protectionLevel = 'SOFTWARE' }: { protectionLevel?: 'SOFTWARE' | 'HSM' } = {}) {
      if (!resources.keyRings.has(ring)) {
        await call('CreateKeyRing', { parent: 'projects/hammerwork/locations/global', keyRingId: 'tests' });
      }
      const cryptoKey = { purpose: 'ENCRYPT_DECRYPT', versionTemplate: { protectionLevel } };
      const { name } = await call('CreateCryptoKey', { parent: ring, cryptoKeyId: id, cryptoKey });
      return name as string;
    },
    deny: (permission: string, resource: string) => void resources.denied.add(`${permission} ${resource}`),
    allow: (permission: string, resource: string) => void resources.denied.delete(`${permission} ${resource}`),
    async stop() {
      await Promise.all([grpc.stop(), rest.stop()]);
    },
  });
}
