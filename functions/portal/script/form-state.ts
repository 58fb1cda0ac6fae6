import { Problem } from '../client/index.ts';
import { SessionEnded } from './api.ts';
import type { FieldErrors, FormApp, Remedy } from './app.ts';
import type { ButtonOptions } from './component/button.ts';
import type { Notice } from './component/notice.ts';
import { describeFault, isRepeatable, isUncertain } from './fault.ts';
import { fill } from './text.ts';

export interface FormStateOptions {
  readonly isChange: boolean;
  /** Handles a refusal that means something special here; true when it did. */
  readonly onProblem?: (problem: Problem) => boolean;
  readonly remedy?: Remedy;
  /** Names what a wait belongs to at this moment; anything else does not wait. */
  readonly waitsFor?: () => string;
}

/** Waits longer than this are no use to count down at a button. */
const LONGEST_COUNTDOWN_MS = 3_600_000;

/** One form or load: what it waits for, what went wrong, and from when on it may go again. */
export class FormState {
  readonly #app: FormApp;
  readonly #options: FormStateOptions;
  #fault: unknown;
  #own: Notice | undefined;
  #repeat: (() => void) | undefined;
  /** The newest load that was asked for while another was under way. */
  #queued: { work: () => Promise<void>; resolve: (isDone: boolean) => void } | undefined;
  readonly #waitsUntilMs = new Map<string, number>();
  isBusy = false;
  fields: FieldErrors = {};
  /** An attempt before may have changed something though no answer came. */
  isUncertain = false;

  constructor(app: FormApp, options: FormStateOptions) {
    this.#app = app;
    this.#options = options;
  }

  /**
   * Runs `work`, one at a time; true when it went through. A load that is asked for while another
   * is under way follows it, whether that one succeeds or fails.
   */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.isBusy && !this.#options.isChange) return this.#queue(work);
    if (this.isBusy || this.waitMs > 0) return false;
    const waitKey = this.#waitKey;
    this.isBusy = true;
    this.clear();
    this.#app.update();
    try {
      await work();
      this.isUncertain = false;
      return true;
    } catch (fault) {
      if (this.#queued === undefined) this.#settle(fault, work, waitKey);
      return false;
    } finally {
      const next = this.#queued;
      this.isBusy = false;
      this.#queued = undefined;
      this.#app.update();
      if (next !== undefined) void this.run(next.work).then(next.resolve);
    }
  }

  /** Only the newest load is of use: it replaces one that waits. */
  #queue(work: () => Promise<void>): Promise<boolean> {
    this.#queued?.resolve(false);
    return new Promise((resolve) => {
      this.#queued = { work, resolve };
    });
  }

  /** Removes, at the first edit, what was said about the version before. */
  touch(): void {
    this.#own = undefined;
    this.#app.update();
  }

  clear(): void {
    this.#fault = undefined;
    this.#own = undefined;
    this.#repeat = undefined;
    this.fields = {};
  }

  /** Refuses by itself, before anything is sent. */
  refuse(fields: FieldErrors): void {
    this.clear();
    this.fields = fields;
    this.#app.update();
  }

  /** Says something of its own, such as that it is done. */
  say(notice: Notice | undefined): void {
    this.#fault = undefined;
    this.#own = notice;
    this.#app.update();
  }

  get #waitKey(): string {
    return this.#options.waitsFor?.() ?? '';
  }

  get waitMs(): number {
    return Math.max(0, (this.#waitsUntilMs.get(this.#waitKey) ?? 0) - this.#app.now());
  }

  get hasFault(): boolean {
    return this.#fault !== undefined;
  }

  get notice(): Notice | undefined {
    if (this.#own !== undefined) return { action: this.#repeatAction(), ...this.#own };
    if (this.#fault === undefined) return undefined;
    const { text } = this.#app.translator;
    const notice = describeFault(this.#fault, text, this.#options.isChange);
    const remedy = this.#fault instanceof Problem ? this.#options.remedy?.(this.#fault) : undefined;
    if (remedy !== undefined) return { ...notice, action: remedy };
    return { ...notice, action: this.#repeatAction() };
  }

  /** The button's label while it works, and the time left where it has to wait. */
  button(options: ButtonOptions, working: string): ButtonOptions {
    const { translator } = this.#app;
    if (this.isBusy) return { ...options, busyLabel: working };
    if (this.waitMs === 0) return options;
    const time = translator.countdown(this.waitMs);
    return {
      ...options,
      isWaiting: true,
      label: fill(translator.text.action.tryAgainIn, { time }),
    };
  }

  #repeatAction(): Notice['action'] | undefined {
    const { text } = this.#app.translator;
    const run = this.#repeat;
    if (run === undefined) return undefined;
    return { ...this.button({ label: text.action.tryAgain }, text.action.working), run };
  }

  #settle(fault: unknown, work: () => Promise<void>, waitKey: string): void {
    const isLoad = !this.#options.isChange;
    if (isLoad && isRepeatable(fault)) this.#app.whenBack(() => void this.run(work));
    if (fault instanceof SessionEnded) return;
    if (isUncertain(fault)) this.isUncertain = true;
    if (fault instanceof Problem) {
      if (this.#options.onProblem?.(fault)) return;
      this.fields = fieldsOf(fault);
      // The reader's roles may be others by now: what the portal offers follows them.
      if (fault.code === 'forbidden') void this.#app.refreshMe().catch(() => {});
      if (fault.code === 'too-many-attempts') this.#wait(fault.retryAfterSeconds ?? 1, waitKey);
    }
    this.#fault = fault;
    // A form has its own button for that.
    if (isLoad && (isRepeatable(fault) || this.waitMs > 0))
      this.#repeat = () => void this.run(work);
  }

  #wait(seconds: number, waitKey: string): void {
    const ms = Math.min(seconds * 1000, LONGEST_COUNTDOWN_MS);
    const untilMs = this.#app.now() + ms;
    this.#waitsUntilMs.set(waitKey, untilMs);
    this.#app.tickUntil(untilMs, () => {
      if (this.#waitKey !== waitKey) return;
      const { waitOver } = this.#app.translator.text.fault;
      this.fields = {};
      this.say({ intent: 'info', title: waitOver });
    });
  }
}

/** `/roles/0`, `/settings/reset/delivery` and the parameter `search` belong to fields by name. */
function fieldsOf({ body }: Problem): FieldErrors {
  const entries = (body.errors ?? []).map((error) => {
    const path = 'parameter' in error ? error.parameter : error.pointer;
    const name = path.split('/').findLast((part) => !/^\d*$/.test(part));
    return [name ?? '', error.detail] as const;
  });
  return Object.fromEntries(entries.reverse());
}
