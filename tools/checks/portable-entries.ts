// The portable packages run in browsers and at the edge: nothing of Node stands in what they are built to.
import { globSync, readFileSync } from 'node:fs';

const portable = ['crypto-core', 'pii-detector', 'payload-protection'];
const forbidden = [/['"]node:/, /\bBuffer\./, /\brequire\(/, /@aws-sdk|@google-cloud|node-vault/];

export function portableEntries(): string[] {
  return portable.flatMap((name) => {
    const files = globSync(`packages/${name}/dist/**/*.js`);
    if (files.length === 0) return [`packages/${name} is not built`];
    return files.flatMap((file) => {
      const text = readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\*).*$/gm, '');
      return forbidden.filter((pattern) => pattern.test(text)).map((pattern) => `${file} contains ${pattern}`);
    });
  });
}
