// Keeps the event loop, and with it the heartbeats of its worker, for longer than a lease of one second.
import { handle } from '@hammerwork/queue';
import { greet } from './handlers.ts';

export const handlers = [
  handle(greet, () => {
    const end = performance.now() + 2500;
    while (performance.now() < end);
    return { greeting: 'at last' };
  }),
];
