/** The README's chart: groups of bars in one SVG, readable on light and on dark ground. */
import type { ChartGroup } from './part.ts';

const WIDTH = 860;
const LABEL_WIDTH = 300;
const BAR_WIDTH = 330;
const ROW_HEIGHT = 22;
const TITLE_HEIGHT = 40;
const MARGIN = 16;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .bar { fill: #0f6cbd }
  .other { fill: #8a8f98 }
  .target { stroke: #bc4b09; stroke-width: 2; stroke-dasharray: 3 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #62abf5 }
    .other { fill: #7d8590 }
    .target { stroke: #e97835 }
  }`;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

type Bar = ChartGroup['bars'][number];

/** Returns `2.05 × (target ≤ 2.2)`. */
function valueText({ value, target }: Bar, unit: string): string {
  return `${figure(value)} ${unit}${target === undefined ? '' : ` (target ${target.text})`}`;
}

function groupMarks({ title, unit, bars }: ChartGroup, top: number): string {
  const longest = Math.max(...bars.flatMap(({ value, target }) => [value, target?.value ?? 0]));
  const rows = bars.map((bar, index) => {
    const { label, value, isOther, target } = bar;
    const middle = top + TITLE_HEIGHT + index * ROW_HEIGHT;
    const width = Math.max(1, (value / longest) * BAR_WIDTH);
    const left = MARGIN + LABEL_WIDTH;
    const targetLeft = left + ((target?.value ?? 0) / longest) * BAR_WIDTH;
    const textLeft = Math.max(left + width, target === undefined ? 0 : targetLeft) + 6;
    const line =
      `<line class="target" x1="${targetLeft.toFixed(1)}" x2="${targetLeft.toFixed(1)}" ` +
      `y1="${middle - 15}" y2="${middle + 6}"/>`;
    return [
      `<text x="${left - 8}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect class="${isOther ? 'other' : 'bar'}" x="${left}" y="${middle - 12}" ` +
        `width="${width.toFixed(1)}" height="15" rx="2"/>`,
      ...(target === undefined ? [] : [line]),
      `<text x="${textLeft.toFixed(1)}" y="${middle}">${escapeXml(valueText(bar, unit))}</text>`,
    ].join('\n');
  });
  const heading = `<text class="title" x="${MARGIN}" y="${top + 16}">${escapeXml(title)}</text>`;
  return [heading, ...rows].join('\n');
}

export function chartSvg(groups: readonly ChartGroup[]): string {
  let top = MARGIN;
  const marks = groups.map((group) => {
    const drawn = groupMarks(group, top);
    top += TITLE_HEIGHT + group.bars.length * ROW_HEIGHT;
    return drawn;
  });
  const words = groups.flatMap(({ title, unit, bars }) => [
    `${title}:`,
    ...bars.map((bar) => `${bar.label} ${valueText(bar, unit)};`),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" ` +
      `height="${top}" role="img" aria-labelledby="chart-words">`,
    `<title id="chart-words">${escapeXml(words.join(' '))}</title>`,
    `<style>${STYLE}\n</style>`,
    ...marks,
    '</svg>\n',
  ].join('\n');
}
