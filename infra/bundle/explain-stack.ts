/**
 * Prints a logged stack with the files and lines of the sources:
 *
 *     npm run -s explain-stack -- FILE [--map DIRECTORY]
 *
 * `FILE` is a log, or a part of one; `-` is standard input. Each `main.cjs:LINE:COLUMN` of a
 * deployed bundle becomes the place in the sources. The maps of this checkout's build are in
 * `dist/map`; those of a deployed build are in the artifact `source-maps` of its CI run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MAPS = fileURLToPath(new URL('../../dist/map', import.meta.url));
/** A place in a bundle, with the folder of the deployment before it. */
const PLACE = /[^\s()"'\\]*?([\w-]+\.cjs):(\d+):(\d+)/g;

/** Reads each map once; a map of a large bundle takes a moment. */
function createMapReader(directory: string): (bundle: string) => SourceMap | undefined {
  const read = new Map<string, SourceMap | undefined>();
  return (bundle) => {
    const file = join(directory, `${bundle}.map`);
    if (!read.has(bundle)) {
      const payload = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
      read.set(bundle, payload && new SourceMap(payload));
    }
    return read.get(bundle);
  };
}

/** Replaces each place that a map contains; everything else stays as it is. */
export function explainStack(text: string, directory: string): string {
  const mapOf = createMapReader(directory);
  return text.replace(PLACE, (place, bundle: string, line: string, column: string) => {
    // A stack counts lines and columns from 1, a map from 0.
    const entry = mapOf(bundle)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return place;
    const source = entry.originalSource.replace(/^(?:\.\.\/)+/, '');
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { map: { type: 'string', default: MAPS } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    process.stderr.write('Name one file with a stack, or - for standard input.\n');
    process.exitCode = 2;
    return;
  }
  process.stdout.write(explainStack(readFileSync(file === '-' ? 0 : file, 'utf8'), values.map));
}

if (import.meta.main) main();
