// A process with a key manager that does what the test tells it: rotate, generate, destroy, rewrap, hold a key. It can be
// told to die by SIGKILL at its n-th statement.
import { createKeyManager, type KeyManager, type KeyStore, migrating } from '@hammerwork/key-manager';
import { type Dialect, Kysely } from 'kysely';
import { createTestKms, crypto } from '../../../key-manager/test/test-kms.ts';
import { openRecord, seal } from '../../../key-manager/test/test-manager.ts';
import { hookStatements, type StatementHook } from './statement-hook.ts';

/** What a parent asks of its child; one after another. */
export type Order =
  | { do: 'open'; url: string; masterKey: string; otherMasterKey: string; dieAt?: Death }
  | { do: 'rotate'; keyId: string; expectedVersion?: number }
  | { do: 'rotate due' }
  | { do: 'generate'; keyId: string }
  | { do: 'destroy'; keyId: string; version: number }
  | { do: 'rewrap' }
  | { do: 'hold'; record: string };

/** `before` the statement is sent, or once it was `sent` and nothing came back yet. */
export interface Death {
  statement: number;
  when: 'before' | 'sent';
  /** Counts only commits. */
  commitsOnly?: boolean;
}

export type Answer =
  | {
      ok: true;
      version?: number;
      rotated?: string[];
      record?: string;
      statements: number;
      refusedAt?: number;
      opened?: number;
    }
  | { ok: false; code: string };

export interface StoreMaker {
  dialect(url: string): Dialect;
  /** The driver commits by other means than a statement. */
  commitsApart?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: any tables
  store(db: Kysely<any>): KeyStore;
}

export function runKeyProcess(maker: StoreMaker): void {
  let manager: KeyManager;
  let statements = 0;

  function open({ url, masterKey, otherMasterKey, dieAt }: Extract<Order, { do: 'open' }>): void {
    const hook: StatementHook = async (statement, send) => {
      const counts = !dieAt?.commitsOnly || statement.sql.startsWith('commit');
      if (!counts || ++statements !== dieAt?.statement) return send();
      if (dieAt.when === 'sent') {
        send().catch(() => {});
        await new Promise((sent) => setImmediate(sent));
      }
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {}); // nothing happens after a death
    };
    const dialect = hookStatements(maker.dialect(url), hook, maker.commitsApart);
    const [own, other] = [masterKey, otherMasterKey].map((text) => createTestKms(Buffer.from(text, 'base64')));
    const kms = masterKey === otherMasterKey ? own! : migrating({ from: other!, to: own! });
    const db = new Kysely<unknown>({ dialect });
    manager = createKeyManager({
      store: maker.store(db),
      kms,
      crypto,
      actor: `process ${process.pid}`,
      destruction: { undoWindowMs: 0 },
    });
  }

  /** Uses the key until it is refused, as often as the event loop comes round. */
  async function hold(record: Uint8Array): Promise<{ refusedAt: number; opened: number }> {
    manager.start();
    for (let opened = 0; ; opened++) {
      try {
        await openRecord(manager, record);
      } catch {
        return { refusedAt: Date.now(), opened };
      }
      if (opened === 0) process.send!({ ok: true, statements });
      await new Promise((later) => setTimeout(later, 10));
    }
  }

  async function obey(order: Order): Promise<Partial<Extract<Answer, { ok: true }>>> {
    switch (order.do) {
      case 'open':
        open(order);
        return {};
      case 'rotate': {
        const { keyId, expectedVersion } = order;
        const { version } = await manager.rotateKey(keyId, expectedVersion === undefined ? {} : { expectedVersion });
        return { version };
      }
      case 'rotate due':
        return { rotated: await manager.performAutomaticRotation() };
      case 'generate': {
        await manager.generateKey(order.keyId);
        return { record: Buffer.from(await seal(manager, order.keyId)).toString('base64') };
      }
      case 'destroy':
        await manager.destroyKey(order.keyId, order.version, { unchecked: true });
        await manager.performDueDestructions();
        return {};
      case 'rewrap':
        await manager.rewrapKeys();
        return {};
      case 'hold':
        return hold(Buffer.from(order.record, 'base64'));
    }
  }

  process.on('message', (order: Order) => {
    obey(order).then(
      (answer) => process.send!({ ok: true, statements, ...answer }),
      (error) => process.send!({ ok: false, code: error.code ?? String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send!({ ok: true, statements });
}
