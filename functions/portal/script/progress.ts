/** A short wait needs no bar: it would only flicker. */
const SHOWN_AFTER_MS = 250;

/** The waiting that is long enough for a person to see it. */
export class Progress {
  readonly #window: Window;
  readonly #onChange: () => void;
  #timer = 0;
  isShown = false;

  constructor(window: Window, onChange: () => void) {
    this.#window = window;
    this.#onChange = onChange;
  }

  set(isWaiting: boolean): void {
    this.#window.clearTimeout(this.#timer);
    if (!isWaiting) {
      if (this.isShown) this.#show(false);
      return;
    }
    this.#timer = this.#window.setTimeout(() => this.#show(true), SHOWN_AFTER_MS);
  }

  #show(isShown: boolean): void {
    this.isShown = isShown;
    this.#onChange();
  }
}
