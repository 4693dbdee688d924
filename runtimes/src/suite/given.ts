// What a runtime's entry tells the suites: the engines that have to be there, and the vectors.
import type { AeadName, EngineName } from '@hammerwork/crypto-core';
import type { WasmModule } from '@hammerwork/crypto-core/slim';
import type { EngineSources } from 'crypto-core-inside/engines/select-engine';
import type { Vectors } from '../vectors.ts';

export interface Given {
  /** What `auto` seals short records with. */
  readonly auto: EngineName;
  /** Engines that can be had by name; the others must be refused. */
  readonly engines: readonly EngineName[];
  /** What the runtime's node:crypto lacks; asserted to be refused. */
  readonly nativeLacks?: readonly AeadName[];
  /** As the entry of the package under test builds them; for the parts that have no public call. */
  readonly sources: () => EngineSources;
  /** A compiled module, where the runtime has such. */
  readonly module?: () => WasmModule;
}

export interface Task extends Given {
  readonly vectors: Vectors;
}
