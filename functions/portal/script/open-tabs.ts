import type { Session } from './session.ts';

/** The channel of the open tabs of one browser; nothing of it is ever stored. */
const CHANNEL = 'portal-session';
/** A tab that is open answers within a few milliseconds. */
const ANSWER_WAIT_MS = 150;

type Message =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'ended'; readonly userId: string };

interface OpenTabsParts {
  readonly window: Window & typeof globalThis;
  /** The session of this tab, while it can be used. */
  readonly session: () => Session | undefined;
  /** Called with the newer session of another tab, which may be that of another person. */
  readonly onSession: (session: Session) => void;
  /** Called after the person signed out in another tab. */
  readonly onEnded: (userId: string) => void;
}

/**
 * Hands the session from tab to tab, from memory to memory. A new tab, or one that was reloaded
 * while another is open, does not require the password again.
 */
export class OpenTabs {
  readonly #parts: OpenTabsParts;
  readonly #channel: BroadcastChannel;

  constructor(parts: OpenTabsParts) {
    this.#parts = parts;
    this.#channel = new parts.window.BroadcastChannel(CHANNEL);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'wanted') this.#answer();
      else if (data.kind === 'session') parts.onSession(data.session);
      else parts.onEnded(data.userId);
    });
  }

  /** Requests the session of the other tabs; `onSession` gets it before this resolves. */
  ask(): Promise<void> {
    const { window } = this.#parts;
    this.#send({ kind: 'wanted' });
    return new Promise((resolve) => {
      const done = () => {
        window.clearTimeout(timer);
        this.#channel.removeEventListener('message', onMessage);
        resolve();
      };
      const onMessage = ({ data }: MessageEvent<Message>) => {
        if (data.kind === 'session') done();
      };
      const timer = window.setTimeout(done, ANSWER_WAIT_MS);
      this.#channel.addEventListener('message', onMessage);
    });
  }

  offer(session: Session): void {
    this.#send({ kind: 'session', session });
  }

  end(userId: string): void {
    this.#send({ kind: 'ended', userId });
  }

  #answer(): void {
    const session = this.#parts.session();
    if (session !== undefined) this.offer(session);
  }

  #send(message: Message): void {
    this.#channel.postMessage(message);
  }
}
