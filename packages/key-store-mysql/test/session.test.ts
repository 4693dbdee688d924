import { expect, test } from 'vitest';
import { assertSafe } from '../src/session.ts';

const safe = { sql_mode: 'STRICT_TRANS_TABLES,NO_ZERO_DATE', charsets: 'utf8mb4 utf8mb4 utf8mb4', autocommit: '1' };

test.each([
  [{}, undefined],
  [{ sql_mode: 'STRICT_ALL_TABLES', autocommit: 1 }, undefined],
  [{ sql_mode: '' }, 'STRICT_TRANS_TABLES'],
  [{ sql_mode: 'NO_ZERO_DATE' }, 'STRICT_TRANS_TABLES'],
  [{ sql_mode: 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES' }, 'NO_BACKSLASH_ESCAPES'],
  [{ charsets: 'latin1 utf8mb4 utf8mb4' }, 'utf8mb4'],
  [{ charsets: 'utf8mb4 latin1 utf8mb4' }, 'utf8mb4'],
  [{ charsets: 'utf8mb4 utf8mb4 latin1' }, 'utf8mb4'],
  [{ charsets: 'utf8mb4 utf8mb4' }, 'utf8mb4'], // results may be set to none
  [{ autocommit: '0' }, 'autocommit'],
])('a session with %j: %s', (settings, refusal) => {
  const looking = () => assertSafe({ ...safe, ...settings });
  if (refusal === undefined) looking();
  else
    expect(looking).toThrow(
      expect.objectContaining({ code: 'store_unavailable', message: expect.stringContaining(refusal) }),
    );
});
