// A handler that lets go of work which then fails with the payload in its error.
import { type Handler, handle } from '@hammerwork/queue';
import { greet } from './handlers.ts';

async function mail(name: string): Promise<never> {
  throw Object.assign(new TypeError(`no mailbox for ${name}\n    at ${name}`), { recipient: name });
}

export const handlers: Handler[] = [
  handle(greet, async ({ payload }) => {
    void mail(payload.name);
    return { greeting: `Hello ${payload.name}` };
  }),
];
