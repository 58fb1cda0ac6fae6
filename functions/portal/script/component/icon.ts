import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit-html';

/** Strokes on a square of 20. */
const STROKES = {
  menu: svg`<path d="M3 5.5h14M3 10h14M3 14.5h14"/>`,
  people: svg`<circle cx="7.5" cy="6.5" r="3"/><path d="M2 16.5c0-3 2.4-5 5.5-5s5.5 2 5.5 5"/>
    <path d="M12.6 3.9a3 3 0 0 1 0 5.2M15 11.9c1.9.8 3 2.5 3 4.6"/>`,
  activity: svg`<path d="M3.2 6.2A7.5 7.5 0 1 1 2.5 10"/><path d="M3 2.8v3.6h3.6M10 5.8V10l3 2"/>`,
  building: svg`<path d="M4 17V3.5h7.5V17M11.5 8H16v9M2.5 17h15"/>
    <path d="M6.5 7h2.5M6.5 10h2.5M6.5 13h2.5"/>`,
  person: svg`<circle cx="10" cy="6.5" r="3.5"/>
    <path d="M3.5 17.5c0-3.4 2.8-5.5 6.5-5.5s6.5 2.1 6.5 5.5"/>`,
  signOut: svg`<path d="M8 3H4v14h4M12.5 6.5 16 10l-3.5 3.5M16 10H7.5"/>`,
  down: svg`<path d="m5.5 8 4.5 4.5L14.5 8"/>`,
  left: svg`<path d="M12.5 5 7.5 10l5 5"/>`,
  search: svg`<circle cx="8.7" cy="8.7" r="5.2"/><path d="m12.7 12.7 4.3 4.3"/>`,
  add: svg`<path d="M10 3.5v13M3.5 10h13"/>`,
  eye: svg`<path d="M1.8 10S4.8 4.6 10 4.6 18.2 10 18.2 10 15.2 15.4 10 15.4 1.8 10 1.8 10Z"/>
    <circle cx="10" cy="10" r="2.6"/>`,
  eyeOff: svg`<path d="M8 4.8a8 8 0 0 1 2-.2c5.2 0 8.2 5.4 8.2 5.4a15 15 0 0 1-2.6 3.1"/>
    <path d="M13 14.8a7.6 7.6 0 0 1-3 .6C4.8 15.4 1.8 10 1.8 10a15 15 0 0 1 3.4-3.8"/>
    <path d="m2.5 2.5 15 15"/>`,
  refresh: svg`<path d="M16.5 10A6.5 6.5 0 1 1 14.4 5.2"/><path d="M16.5 3v3.6h-3.6"/>`,
  download: svg`<path d="M10 3v10M5.8 9 10 13.2 14.2 9M3.5 16.8h13"/>`,
  more: svg`<path d="M4 10h.1M10 10h.1M16 10h.1" stroke-width="2.6"/>`,
  copy: svg`<rect x="6.5" y="6.5" width="10.5" height="10.5" rx="1.5"/>
    <path d="M13.5 6.5v-2A1.5 1.5 0 0 0 12 3H4.5A1.5 1.5 0 0 0 3 4.5V12a1.5 1.5 0 0 0 1.5 1.5h2"/>`,
  check: svg`<path d="m3.5 10.5 4.2 4.2 8.8-9.2"/>`,
  info: svg`<circle cx="10" cy="10" r="7.5"/><path d="M10 9.2v4.8M10 6v.6"/>`,
  warning: svg`<path d="M10 2.8 18 17H2L10 2.8Z"/><path d="M10 8v4.2M10 14.3v.5"/>`,
  error: svg`<circle cx="10" cy="10" r="7.5"/><path d="M10 5.8v5.2M10 13.6v.6"/>`,
  key: svg`<circle cx="6.5" cy="13.5" r="3.8"/><path d="m9.3 10.7 7.5-7.5M13.5 6.5l2.5 2.5"/>`,
  lock: svg`<rect x="4" y="9" width="12" height="8" rx="1.5"/><path d="M7 9V6.2a3 3 0 0 1 6 0V9"/>`,
  clock: svg`<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>`,
  phone: svg`<path d="M5.2 2.8 7.6 2.6l1.6 3.8-1.7 1.7a9 9 0 0 0 4.4 4.4l1.7-1.7 3.8 1.6-.2
    2.4c-.1 1.3-1.1 2.3-2.4 2.3C8.9 17.1 2.9 11.1 2.9 5.2c0-1.3 1-2.3 2.3-2.4Z"/>`,
  pause: svg`<circle cx="10" cy="10" r="7.5"/><path d="m5 15 10-10"/>`,
  remove: svg`<path d="M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.8 11h8.4l.8-11M8.3 8.5v5M11.7 8.5v5"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof STROKES;

/** Decoration beside a text that says the same. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    ${STROKES[name]}
  </svg>`;
}
