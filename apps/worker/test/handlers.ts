// What the worker of the test runs.
import { policyFor } from '@hammerwork/payload-protection';
import { defineJobType, type Handler, handle } from '@hammerwork/queue';

export const greet = defineJobType<{ name: string }, { greeting: string }>({
  kind: 'greet',
  policy: policyFor<{ name: string }>()({ piiFields: ['name'] }),
});

export const handlers: Handler[] = [handle(greet, ({ payload }) => ({ greeting: `Hello ${payload.name}` }))];
