import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { testKeyStore } from './key-store-suite.ts';

testKeyStore('memory', async () => ({ store: createMemoryKeyStore(), close: async () => {} }));
