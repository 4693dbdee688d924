// Payloads to look through: from a file or a pipe (one JSON value, an array of them, or one per line), or from a queue's
// rows as they stand in the database. Read piece by piece, so that a long input needs little memory where it can be cut.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { JobId } from '@hammerwork/queue';
import { CliError } from './errors.ts';
import { codeOf } from './files.ts';
import { createProgress, type Progress } from './progress.ts';
import type { Session } from './session.ts';

const PAGE = 500;
const AT_ONCE = 25;

/** The values in a file, or in what is piped in for `-`. Error: `file_unreadable`, `input_malformed`. */
export async function* payloadsOf(session: Session, path: string): AsyncGenerator<unknown> {
  const piped = path === '-';
  const total = piped ? 0 : await sizeOf(path);
  const progress = createProgress(session, 'bytes');
  const chunks = piped ? (session.stdin ?? process.stdin) : createReadStream(path);
  try {
    yield* parsed(linesOf(chunks, total, progress));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('file_unreadable', `${path} cannot be read (${codeOf(error)}).`);
  } finally {
    progress.end();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error) => {
    throw new CliError('file_unreadable', `${path} cannot be read (${codeOf(error)}).`);
  });
  return found.size;
}

async function* linesOf(
  chunks: AsyncIterable<Uint8Array | string>,
  total: number,
  progress: Progress,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let done = 0;
  for await (const chunk of chunks) {
    done += chunk.length;
    progress.at(done, total);
    const [first = '', ...rest] = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split(
      '\n',
    );
    pieces.push(first);
    for (const line of rest) {
      yield pieces.join('');
      pieces = [line];
    }
  }
  yield pieces.join('') + decoder.decode();
}

/** One value per line while every line is one; what begins as one value over several lines is read as a whole. */
async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  let whole: string[] | undefined;
  let number = 0;
  let seen = 0;
  for await (const line of lines) {
    number++;
    if (whole) whole.push(line);
    else if (line.trim() !== '') {
      const value = parse(line);
      if (value === undefined && seen > 0) {
        throw new CliError('input_malformed', `Line ${number} is not JSON, although the lines before it are.`);
      }
      if (value === undefined) whole = [line];
      else {
        seen++;
        yield* payloadsIn(value.value);
      }
    }
  }
  if (!whole) return;
  const value = parse(whole.join('\n'));
  if (value === undefined)
    throw new CliError('input_malformed', 'The input is neither JSON nor one JSON value per line.');
  yield* payloadsIn(value.value);
}

/** Never with the parser's message, which quotes the text. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function* payloadsIn(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) yield* value;
  else yield value;
}

/** Payloads of a queue as they are stored: what is sealed is not in them. */
export async function* payloadsOfQueue(session: Session, queueName: string): AsyncGenerator<unknown> {
  const store = await session.jobs();
  const total = (await store.count(queueName)).reduce((sum, { count }) => sum + count, 0);
  const progress = createProgress(session, 'jobs');
  let done = 0;
  let before: JobId | undefined;
  try {
    for (;;) {
      const page = await store.list({ queueName, limit: PAGE, before });
      for (let i = 0; i < page.length; i += AT_ONCE) {
        const jobs = await Promise.all(page.slice(i, i + AT_ONCE).map(({ id }) => store.find(id)));
        // A job may have ended and gone meanwhile.
        for (const job of jobs) if (job) yield job.payload;
        done += jobs.length;
        progress.at(done, total);
      }
      if (page.length < PAGE) return;
      before = page.at(-1)?.id;
    }
  } finally {
    progress.end();
  }
}
