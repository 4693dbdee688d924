// What the worker runs (`hammerwork-worker --handlers examples/handlers.ts`), and the job type that producers share with it.
import { policyFor } from '@hammerwork/payload-protection';
import { defineJobType, type Handler, handle } from '@hammerwork/queue';

interface Welcome {
  email: string;
  plan: string;
}

export const welcome = defineJobType<Welcome, { sent: boolean }>({
  kind: 'welcome',
  policy: policyFor<Welcome>()({ piiFields: ['email'] }),
});

export const handlers: Handler[] = [handle(welcome, ({ payload }) => ({ sent: payload.email.includes('@') }))];
