import type { Catalogues } from './text.ts';

/** The parts that the page gives the portal. */
export interface PortalParts {
  readonly window: Window & typeof globalThis;
  readonly root: HTMLElement;
  readonly logo: string;
  readonly catalogues: Catalogues;
  readonly now: () => number;
}
