import type { TemplateResult } from 'lit-html';
import type { Route } from '../route.ts';

/** The content at an address. A new one is made on every change of screen. */
export interface Screen {
  title(): string;
  view(): TemplateResult;
  /** Forgets what must not outlive it; also called when the page is set aside. */
  leave?(): void;
  /** After it was drawn for the first time. */
  onShown?(): void;
  /** Another address of the same screen. */
  onRoute?(route: Route): void;
  /** Requests again what the service said in the language before. */
  onLanguage?(): void;
  /** True if leaving would lose what was typed. */
  readonly isUnsaved?: boolean;
  /** True if leaving would lose a temporary password that was not passed on. */
  readonly isUnsent?: boolean;
  /** Reads anew what it shows; what was typed stays. */
  reload?(): void;
  /** Every second. */
  onTick?(): void;
}
