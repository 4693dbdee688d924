// vitest's global set-up: the broker of the run's servers, in whose databases each test file makes its own.
import { startBroker } from './shared-server.ts';

export const setup = (): ReturnType<typeof startBroker> => startBroker();
