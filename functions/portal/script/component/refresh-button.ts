import type { TemplateResult } from 'lit-html';
import type { Localized } from '../app.ts';
import { button } from './button.ts';

/** Reads a screen anew; a reload of the page would end the session. */
export function refreshButton(
  { translator }: Localized,
  screen: { reload(): void },
): TemplateResult {
  const { refresh: label } = translator.text.action;
  return button({ label, icon: 'refresh', isCompact: true, run: () => screen.reload() });
}
