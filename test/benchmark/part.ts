/**
 * The parts of the benchmark: each file of this folder measures one, prints it, and hands it to
 * `npm run bench`, which writes them all into RESULTS.md and draws the chart.
 */
import { writeFileSync } from 'node:fs';

export interface PartTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Target {
  /** The requirement, with its number. */
  readonly text: string;
  /** With unit. */
  readonly measured: string;
  readonly isMet: boolean;
  /** Why not, as far as it was measured; due where it is not met. */
  readonly reason?: string;
}

/** A group of bars side by side in the README's chart; lengths are relative within the group. */
export interface ChartGroup {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    /** Marks a peer of the service. */
    readonly isOther?: boolean;
    /** The value to reach, in words such as `≤ 2.2`, and as its line is drawn. */
    readonly target?: { readonly text: string; readonly value: number };
  }[];
}

export interface Part {
  readonly title: string;
  /** Paragraphs of Markdown: what was done, how, and what it means. */
  readonly text: readonly string[];
  readonly tables: readonly PartTable[];
  readonly targets: readonly Target[];
  readonly chart?: readonly ChartGroup[];
  /** Rates of sign-ins for the opening of the results, a second. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** By nearest rank; NaN of nothing. `part` is 0–1. */
export function quantile(sample: readonly number[], part: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

/** `median (lowest–highest)`, for what was measured several times. */
export function spread(sample: readonly number[], digits: number): string {
  const [low, middle, high] = [Math.min(...sample), median(sample), Math.max(...sample)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

function tableText({ caption, head, rows }: PartTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [`**${caption}**`, '', line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Stands where a reason is due; a test finds it in RESULTS.md. */
export const UNEXPLAINED = 'No measurement explains it yet.';

function targetText({ text, measured, isMet, reason }: Target): string {
  if (isMet) return `- ${text}: ${measured}, met`;
  return `- ${text}: ${measured}, **not met**. ${reason ?? UNEXPLAINED}`;
}

export function partText(part: Part): string {
  const { title, text, tables, targets } = part;
  return [
    `## ${title}`,
    ...text,
    ...(targets.length > 0 ? [targets.map(targetText).join('\n')] : []),
    ...tables.map(tableText),
  ].join('\n\n');
}

/** Prints a part, and hands it over to `npm run bench`. */
export function presentPart(part: Part): void {
  process.stdout.write(`${partText(part)}\n\n`);
  const { BENCH_PART_FILE } = process.env;
  if (BENCH_PART_FILE !== undefined) writeFileSync(BENCH_PART_FILE, JSON.stringify(part));
}
