import { expect, test } from 'vitest';
import { createJobIds, jobIdBytes, parseJobId } from '../src/job-id.ts';

test('ids are UUIDv7 that grow, within a millisecond and when the clock steps back', () => {
  let now = Date.UTC(2026, 0, 1);
  const newId = createJobIds({ clock: () => now, randomBytes: (length) => new Uint8Array(length).fill(0xff) });
  const ids = Array.from({ length: 10_000 }, newId);
  now -= 5000;
  ids.push(newId(), newId());
  now += 10_000;
  ids.push(newId());
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(ids.at(-1)!.replace('-', '').slice(0, 12), 16)).toBe(now);
});

test('the bytes of an id are its 16 raw bytes, in either letter case', () => {
  const id = parseJobId('0190A1B2-0000-7000-8000-0000000000FF');
  expect([...jobIdBytes(id)]).toEqual([1, 0x90, 0xa1, 0xb2, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xff]);
  for (const text of ['', 'x', `${id}0`, id.slice(1), id.replaceAll('-', '')])
    expect(() => parseJobId(text)).toThrow(expect.objectContaining({ code: 'id_malformed' }));
});
