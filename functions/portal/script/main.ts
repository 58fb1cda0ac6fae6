/** Starts the portal; the only reader of the browser's clock and of the page that carries it. */
import { Portal } from './portal.ts';
import type { Catalogues } from './text.ts';

const root = document.getElementById('portal');
const texts = document.getElementById('texts')?.textContent;
if (root === null || texts === undefined || texts === null) {
  throw new Error('the page is not the one that the build made');
}
const catalogues = JSON.parse(texts) as Catalogues;
const logo = document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '';
void new Portal({ window, root, logo, catalogues, now: () => Date.now() }).start();
