import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { testKeyStore } from './key-store-suite.ts';
import { testReplays } from './replay-suite.ts';

testKeyStore('memory', async () => ({ store: createMemoryKeyStore(), close: async () => {} }));
testReplays('memory', async () => ({ store: createMemoryKeyStore(), close: async () => {} }));
