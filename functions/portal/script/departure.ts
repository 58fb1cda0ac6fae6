import type { Browsing, Confirming, Localized, Navigating } from './app.ts';
import type { Screen } from './screen/index.ts';

type DepartureApp = Localized & Browsing & Confirming & Pick<Navigating, 'go'>;

interface DepartureParts {
  readonly app: DepartureApp;
  readonly screen: () => Screen | undefined;
  /** Returns true if the address is not that of the screen that is shown. */
  readonly isElsewhere: () => boolean;
  readonly show: () => void;
}

/** The question before a link, Back or closing leaves a screen and loses something on it. */
export class Departure {
  readonly #parts: DepartureParts;
  #isAllowed = false;
  /** The address of the screen that is shown. */
  #hash = '';

  constructor(parts: DepartureParts) {
    this.#parts = parts;
  }

  /** The next change of address was decided on. */
  allow(): void {
    this.#isAllowed = true;
  }

  arrive(): void {
    this.#isAllowed = false;
    this.#hash = this.#parts.app.window.location.hash;
  }

  watch(root: HTMLElement): void {
    const { window } = this.#parts.app;
    root.addEventListener('click', this.#onClick, { capture: true });
    window.addEventListener('hashchange', this.#onAddress);
    window.addEventListener('beforeunload', (event) => {
      if (this.#isLosing) event.preventDefault();
    });
  }

  get #isLosing(): boolean {
    const screen = this.#parts.screen();
    return screen?.isUnsaved === true || screen?.isUnsent === true;
  }

  readonly #onClick = (event: MouseEvent): void => {
    const { window } = this.#parts.app;
    const link = (event.target as Element).closest('a[href^="#/"]');
    const hash = link?.getAttribute('href');
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (hash === null || hash === undefined || event.button !== 0 || !isPlain) return;
    if (hash === window.location.hash) {
      event.preventDefault();
      this.#parts.screen()?.reload?.();
    } else if (this.#isLosing) {
      event.preventDefault();
      this.#ask(hash);
    }
  };

  readonly #onAddress = (): void => {
    const { window } = this.#parts.app;
    if (this.#isAllowed || !this.#isLosing || !this.#parts.isElsewhere()) {
      this.#parts.show();
      return;
    }
    const { hash } = window.location;
    window.history.pushState(null, '', this.#hash);
    this.#ask(hash);
  };

  #ask(hash: string): void {
    const { app, screen } = this.#parts;
    const kind = screen()?.isUnsent === true ? 'unsent' : 'unsaved';
    app.confirmation.ask({
      title: () => app.translator.text.confirm[`${kind}Title`],
      text: () => app.translator.text.confirm[`${kind}Text`],
      action: () => app.translator.text.confirm.leave,
      isDanger: true,
      work: async () => app.go(hash),
    });
  }
}
