// One file from an entry and all that it imports, as the bundlers of the edge platforms make it: the export conditions of
// the platform come first, `.wasm` files stay outside.
import { type OutputOptions, type Plugin, rolldown } from 'rolldown';

export interface BundleOptions {
  readonly entry: string;
  readonly file: string;
  /** Export conditions, such as `workerd`. */
  readonly conditions?: readonly string[];
  /** Imports that stay as they are. */
  readonly external?: readonly RegExp[];
  /** Folder whose `node_modules` are taken, also for an entry that lies elsewhere. */
  readonly packages?: string;
  readonly format?: OutputOptions['format'];
  readonly plugins?: readonly Plugin[];
}

export async function bundle(options: BundleOptions): Promise<void> {
  const { entry, file, conditions = [], external = [], packages, format = 'esm', plugins = [] } = options;
  const own: Plugin[] = packages === undefined ? [] : [fromFolder(packages)];
  const build = await rolldown({
    input: entry,
    platform: 'neutral',
    external: [...external],
    resolve: { conditionNames: [...conditions, 'import', 'module', 'default'], mainFields: ['module', 'main'] },
    plugins: [...plugins, ...own],
    logLevel: 'warn',
  });
  await build.write({ file, format, codeSplitting: false });
  await build.close();
}

/** Packages by name come from `folder`, wherever the importing file is. */
function fromFolder(folder: string): Plugin {
  return {
    name: 'packages-from-folder',
    resolveId(source, importer, { kind }) {
      if (/^[./]/.test(source) || !importer || importer.startsWith(folder) || kind !== 'import-statement') return null;
      return this.resolve(source, `${folder}/importer.js`, { skipSelf: true });
    },
  };
}
