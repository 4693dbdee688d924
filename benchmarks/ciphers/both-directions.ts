// Sealing and opening in one run, so that the one can be held against the other.
import { type Contestant, interleave } from '../harness/interleave.ts';
import { type Row, toRows } from './rows.ts';
import type { Size } from './size.ts';

export interface BothDirections {
  readonly seal: Record<string, Contestant>;
  readonly open: Record<string, Contestant>;
}

export async function measureBoth(
  base: Pick<Row, 'runtime' | 'what' | 'bytes'>,
  contestants: BothDirections,
  size: Size,
): Promise<Row[]> {
  const directions = ['seal', 'open'] as const;
  const all = directions.flatMap((direction) =>
    Object.entries(contestants[direction]).map(([name, run]) => ({
      key: `${direction} ${name}`,
      direction,
      name,
      run,
    })),
  );
  const times = await interleave(Object.fromEntries(all.map(({ key, run }) => [key, run])), size);
  return directions.flatMap((direction) => {
    const own = all.filter((contestant) => contestant.direction === direction);
    return toRows({ ...base, direction }, Object.fromEntries(own.map(({ key, name }) => [name, times[key]!])));
  });
}
