/**
 * `npm run bench`: every part, one after the other, each in a process of its own; then
 * `RESULTS.md` and `chart.svg` beside this file. `--small` runs each part shortly, to see that it
 * runs; `--out DIR` writes elsewhere. A part that fails is reported, and the exit code is 1.
 * `npm run bench -- sign-in` runs one part with its own options, and writes no file.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chartSvg } from './chart.ts';
import { openingText } from './opening.ts';
import { type Part, partText, UNEXPLAINED } from './part.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Far above what any part takes, and what all of them may take: it ends, whatever happens. */
const PART_LIMIT_MS = 600_000;
const TOTAL_LIMIT_MS = 40 * 60_000;

/** In the order of the results, and what makes each of them short. */
const PARTS: readonly { readonly name: string; readonly small: readonly string[] }[] = [
  { name: 'sign-in', small: ['--seconds', '2', '--rounds', '1'] },
  { name: 'change', small: ['--turns', '1'] },
  { name: 'cold-start', small: ['--rounds', '2'] },
  { name: 'telemetry', small: [] },
  { name: 'scale', small: ['--sizes', '500,1000,2000', '--overdue', '300'] },
  { name: 'memory', small: ['--sizes', '200,400', '--seconds', '1'] },
  { name: 'kept-data', small: ['--sizes', '200', '--rounds', '3'] },
  { name: 'peers', small: ['--seconds', '3', '--rounds', '1'] },
  { name: 'lockout', small: ['--hours', '1'] },
  { name: 'timing', small: ['--pairs', '10'] },
];

const [only, ...partArgv] = process.argv.slice(2);
if (PARTS.some(({ name }) => name === only)) {
  const argv = [join(HERE, `${only}.ts`), ...partArgv];
  process.exit(spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1);
}

const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    out: { type: 'string', default: HERE },
  },
});

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly part: Part | undefined;
}

async function runPart(
  { name, small }: (typeof PARTS)[number],
  directory: string,
): Promise<Outcome> {
  const file = join(directory, `${name}.json`);
  const startedAtMs = performance.now();
  const source = join(HERE, `${name}.ts`);
  const child = spawn(process.execPath, [source, ...(values.small ? small : [])], {
    env: { ...process.env, BENCH_PART_FILE: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const leftMs = Math.max(1000, TOTAL_LIMIT_MS - performance.now());
  const limit = setTimeout(() => child.kill('SIGKILL'), Math.min(PART_LIMIT_MS, leftMs));
  const [code] = await once(child, 'exit');
  clearTimeout(limit);
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (code !== 0) return { name, seconds, part: undefined };
  return { name, seconds, part: JSON.parse(await readFile(file, 'utf8')) as Part };
}

const versionOf = async (name: string): Promise<string> =>
  JSON.parse(await readFile(join(ROOT, `node_modules/${name}/package.json`), 'utf8')).version;

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const changed = git('status', '--porcelain', '--untracked-files=no').trim() !== '';
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

async function machineText(startedAt: Date, seconds: number, load: number): Promise<string> {
  const [cpu] = cpus();
  const packages = [
    'bcryptjs',
    '@node-rs/bcrypt',
    '@azure/functions',
    '@azure/data-tables',
    'azurite',
  ];
  const versions = await Promise.all(
    packages.map(async (name) => `${name} ${await versionOf(name).catch(() => 'not installed')}`),
  );
  return [
    `- ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit()}, ` +
      `${(seconds / 60).toFixed(1)} minutes${values.small ? ', in a short form' : ''}`,
    `- ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ` +
      `${(totalmem() / 1024 ** 3).toFixed(0)} GiB, ${process.platform} ${release()}; load of ` +
      `others before the start ${load.toFixed(1)}`,
    `- Node ${process.versions.node}; ${versions.join(', ')}`,
  ].join('\n');
}

function summary(outcomes: readonly Outcome[]): string {
  const targets = outcomes.flatMap(({ part }) => part?.targets ?? []);
  const missed = targets.filter(({ isMet }) => !isMet);
  const failed = outcomes.filter(({ part }) => part === undefined).map(({ name }) => name);
  return [
    `**${targets.length - missed.length} of ${targets.length} targets met.**`,
    '',
    ...missed.map(
      ({ text, measured, reason = UNEXPLAINED }) => `- not met: ${text} (${measured}). ${reason}`,
    ),
    ...failed.map((name) => `- \`${name}\` failed; nothing is known of it`),
  ].join('\n');
}

const startedAt = new Date();
const [loadBefore = Number.NaN] = loadavg();
const directory = await mkdtemp(join(tmpdir(), 'bench-'));
const outcomes: Outcome[] = [];
try {
  for (const part of PARTS) outcomes.push(await runPart(part, directory));
} finally {
  await rm(directory, { recursive: true, force: true });
}
const seconds = (Date.now() - startedAt.getTime()) / 1000;
const parts = outcomes.flatMap(({ part }) => (part === undefined ? [] : [part]));
const byName = new Map(outcomes.flatMap(({ name, part }) => (part ? [[name, part]] : [])));
const results = [
  '# Results',
  openingText(byName),
  'Written by `npm run bench`; every number and verdict is of this one run.',
  await machineText(startedAt, seconds, loadBefore),
  summary(outcomes),
  ...parts.map(partText),
].join('\n\n');
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'RESULTS.md'), `${results}\n`);
await writeFile(join(values.out, 'chart.svg'), chartSvg(parts.flatMap(({ chart = [] }) => chart)));
process.stdout.write(
  `${outcomes.map(({ name, seconds: took }) => `${name} ${took.toFixed(0)} s`).join(', ')}\n`,
);
process.exitCode = parts.length === outcomes.length ? 0 : 1;
