import { createNobleEngine } from '../../src/engines/noble.ts';
import { engineSuite } from '../engine-suite.ts';

engineSuite('noble', createNobleEngine);
