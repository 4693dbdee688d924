// Handlers that no worker takes: two of one kind, and none with a policy.
import { defineJobType, type Handler, handle } from '@hammerwork/queue';

const open = defineJobType({ kind: 'open', policy: 'none' });
const twice = defineJobType({ kind: 'twice', policy: 'none', queueName: 'twice' });

export const handlers: Handler[] = [handle(open, () => 1), handle(twice, () => 1), handle(twice, () => 2)];
