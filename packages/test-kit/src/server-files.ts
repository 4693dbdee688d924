// The files of a server that ends with this process, in the process's last moment.
import { existsSync, rmSync } from 'node:fs';

const maxTries = 80;
const pauseMs = 25;

/** For an `exit` listener, after the server was told to end: it still writes for a moment. Never throws. */
export function removeAtExit(folder: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < maxTries; tries++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      if (!existsSync(folder)) return;
    } catch {
      // A file came into a folder that was just emptied.
    }
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}
