import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chartSvg } from './chart.ts';
import { openingText } from './opening.ts';
import { median, type Part, partText, quantile, UNEXPLAINED } from './part.ts';

/** Checks what a reader of RESULTS.md relies on. */

const PART = {
  title: 'A part',
  text: ['How.'],
  targets: [
    { text: 'a ≤ 2', measured: '1', isMet: true },
    { text: 'b ≤ 2', measured: '3', isMet: false, reason: 'The machine was busy.' },
  ],
  tables: [{ caption: 'Numbers', head: ['who', 'ms'], rows: [['ours', '1']] }],
};

it('states of each target whether it is met, and why not', () => {
  const text = partText(PART);
  expect(text).toContain('- a ≤ 2: 1, met\n');
  expect(text).toContain('- b ≤ 2: 3, **not met**. The machine was busy.');
  expect(text).toContain('| who | ms |\n| --- | ---: |\n| ours | 1 |');
});

it('gives no reason where a target is met, and says where one is missing', () => {
  const [met, missed] = [{ isMet: true, reason: 'Why.' }, { isMet: false }].map((verdict) =>
    partText({ ...PART, targets: [{ text: 'c ≤ 2', measured: '1', ...verdict }] }),
  );
  expect(met).not.toContain('Why.');
  expect(missed).toContain(`**not met**. ${UNEXPLAINED}`);
});

it('states in RESULTS.md a number for each verdict and a reason for each that is not met', () => {
  const text = readFileSync(new URL('./RESULTS.md', import.meta.url), 'utf8');
  const verdicts = text.split('\n').filter((line) => /, (?:met$|\*\*not met\*\*)/.test(line));
  expect(verdicts.length).toBeGreaterThan(10);
  expect(verdicts.filter((line) => !/\d.*: /.test(line))).toEqual([]);
  expect(verdicts.filter((line) => line.endsWith('**not met**'))).toEqual([]);
  expect(text).not.toContain(UNEXPLAINED);
});

it('opens with what limits, how far that is, and what others do', () => {
  const bars = [
    { label: 'native, bare', value: 8.16 },
    { label: 'native, through HTTP', value: 7.956 },
  ];
  const part: Part = { ...PART, chart: [{ title: 'Rates', unit: '/s', bars }] };
  const rates = { ours: 7.8, sameEngine: 8, scrypt: 23, cognitoLocal: 288.9 };
  const parts = new Map([
    ['sign-in', part],
    ['peers', { ...PART, rates }],
  ]);
  const text = openingText(parts);
  expect(text.match(/\.(?= |$)/g)).toHaveLength(3);
  for (const words of ['8.2 hashes a second', '0.97 of that limit', '23.0', '289']) {
    expect(text).toContain(words);
  }
  parts.delete('peers');
  expect(openingText(parts)).not.toContain('better-auth');
  expect(openingText(new Map())).toBe('');
});

it('computes quantiles by nearest rank', () => {
  const sample = [5, 1, 4, 2, 3];
  expect([median(sample), quantile(sample, 0.99), quantile(sample, 0)]).toEqual([3, 5, 1]);
  expect(quantile([], 0.5)).toBeNaN();
});

it('marks the target of a bar with a line, and names it', () => {
  const target = { text: '≤ 4', value: 4 };
  const svg = chartSvg([
    { title: 'Changes', unit: '×', bars: [{ label: 'ours', value: 2, target }] },
  ]);
  const left = Number(/<line class="target" x1="([\d.]+)"/.exec(svg)?.[1]);
  const [, start, width] = /x="([\d.]+)" y="\d+" width="([\d.]+)"/.exec(svg) ?? [];
  expect(left).toBeCloseTo(Number(start) + 2 * Number(width), 6);
  expect(svg).toContain('2.00 × (target ≤ 4)');
});

it('draws bars in proportion, describes them in words, and escapes labels', () => {
  const bars = [
    { label: 'a <b> & "c"', value: 100 },
    { label: 'other', value: 50, isOther: true },
  ];
  const svg = chartSvg([{ title: 'Rates', unit: '/s', bars }]);
  const widths = [...svg.matchAll(/<rect class="(\w+)".* width="([\d.]+)"/g)];
  expect(widths.map(([, kind]) => kind)).toEqual(['bar', 'other']);
  const [one, other] = widths.map(([, , width]) => Number(width));
  expect(one).toBeCloseTo(2 * (other ?? 0), 6);
  expect(svg).toContain('a &lt;b> &amp; &quot;c&quot; 100 /s;');
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('prefers-color-scheme: dark');
});
