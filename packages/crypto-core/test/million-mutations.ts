// A million random records and as many changed ones on one engine:
//
//   node --conditions=@hammerwork/source packages/crypto-core/test/million-mutations.ts noble 1000000
import { createCrypto } from '../src/create-crypto.ts';
import type { EngineName } from '../src/crypto.ts';
import { runMutations } from './mutations.ts';

const [engine = 'auto', count = '1000000'] = process.argv.slice(2);
const { roundTrips, refused } = runMutations(createCrypto({ engine: engine as EngineName }), Number(count));
process.stdout.write(`${engine}: ${roundTrips} records came back, ${refused} changed ones were refused\n`);
