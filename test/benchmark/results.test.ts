import { expect, it } from 'vitest';
import { chartSvg } from './chart.ts';
import { median, partText, quantile } from './part.ts';

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

it('computes quantiles by nearest rank', () => {
  const sample = [5, 1, 4, 2, 3];
  expect([median(sample), quantile(sample, 0.99), quantile(sample, 0)]).toEqual([3, 5, 1]);
  expect(quantile([], 0.5)).toBeNaN();
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
