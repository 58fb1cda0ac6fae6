/**
 * Holds the mutants that no test killed against SURVIVORS.md: each must be explained there, and
 * whatever is explained must be a survivor. `npm run mutation` ends with it.
 */
import { readFileSync } from 'node:fs';

interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Report {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>
  >;
}

const FOLDERS = ['credential', 'operation'] as const;
const TEXT_MAX = 90;

/** One line, short, and free of what ends a piece of code in Markdown. */
function flat(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  return line.length > TEXT_MAX ? `${line.slice(0, TEXT_MAX - 1)}…` : line;
}

function textAt(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.join('\n');
}

/** `file: code ⇒ replacement`, each once. */
function survivorsOf({ files }: Report): readonly string[] {
  const all = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location, replacement = '' }) => {
        return `${path}: \`${flat(textAt(source, location))}\` ⇒ \`${flat(replacement)}\``;
      }),
  );
  return [...new Set(all)];
}

/** The same of the document: a heading is a file, and an item is a mutant. */
function explainedIn(text: string): readonly string[] {
  let path = '';
  return text.split('\n').flatMap((line) => {
    const [, heading] = /^## (\S+)/.exec(line) ?? [];
    path = heading ?? path;
    const [, mutant] = /^- (`.*` ⇒ `.*?`)$/.exec(line) ?? [];
    return mutant === undefined ? [] : [`${path}: ${mutant}`];
  });
}

const here = (path: string) => new URL(path, import.meta.url);
const survivors = FOLDERS.flatMap((folder) => {
  const file = here(`../../dist/mutation/${folder}.json`);
  return survivorsOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
});
const explained = explainedIn(readFileSync(here('SURVIVORS.md'), 'utf8'));
const unexplained = survivors.filter((mutant) => !explained.includes(mutant));
const gone = explained.filter((mutant) => !survivors.includes(mutant));
for (const mutant of unexplained) process.stderr.write(`not explained: ${mutant}\n`);
for (const mutant of gone) process.stderr.write(`explained, and no survivor: ${mutant}\n`);
process.stdout.write(`${survivors.length} survivors, ${explained.length} explained\n`);
if (unexplained.length + gone.length > 0) process.exitCode = 1;
