/** The README's chart: groups of bars in one SVG, readable on light and on dark ground. */
import type { ChartGroup } from './part.ts';

const WIDTH = 760;
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
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #62abf5 }
    .other { fill: #7d8590 }
  }`;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function groupMarks({ title, unit, bars }: ChartGroup, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, isOther }, index) => {
    const middle = top + TITLE_HEIGHT + index * ROW_HEIGHT;
    const width = Math.max(1, (value / longest) * BAR_WIDTH);
    const left = MARGIN + LABEL_WIDTH;
    return [
      `<text x="${left - 8}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect class="${isOther ? 'other' : 'bar'}" x="${left}" y="${middle - 12}" ` +
        `width="${width.toFixed(1)}" height="15" rx="2"/>`,
      `<text x="${(left + width + 6).toFixed(1)}" y="${middle}">` +
        `${escapeXml(`${figure(value)} ${unit}`)}</text>`,
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
    ...bars.map(({ label, value }) => `${label} ${figure(value)} ${unit};`),
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
