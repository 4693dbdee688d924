// How far a long command has come: a bar for a person at a terminal, nothing for a file or a machine.
import { Presets, SingleBar } from 'cli-progress';
import type { Session } from './session.ts';

export interface Progress {
  at(done: number, total: number): void;
  end(): void;
}

/** On stderr, so that what the command prints can be used. */
export function createProgress({ terminal, output }: Session, unit: string): Progress {
  if (!terminal || output.json) return { at() {}, end() {} };
  const format = `{bar} {value}/{total} ${unit} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: terminal, clearOnComplete: false, hideCursor: true }, Presets.rect);
  let started = false;
  return {
    at(done, total) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.setTotal(Math.max(done, total));
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}
