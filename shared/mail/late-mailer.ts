import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { Mailer, MailMessage } from '../port/mailer.ts';
import type { MailSettings } from '../setting/mail.ts';
import type { MailCredential } from './communication-mailer.ts';

export interface MailerOptions {
  readonly settings: MailSettings;
  /** The address of the importing module; the transport's code is found from there. */
  readonly base: string;
  readonly credential: MailCredential;
  readonly clock: Clock;
  readonly log: Log;
}

async function load({ settings, base, credential, clock }: MailerOptions): Promise<Mailer> {
  const isSource = base.endsWith('.ts');
  const url = isSource
    ? new URL('./mail-transport.ts', import.meta.url)
    : new URL('./mail.cjs', base);
  const module: typeof import('./mail-transport.ts') = await import(url.href);
  return module.openMailer(settings, credential, clock);
}

/**
 * Makes a mailer whose library is loaded with the first mail, in a bundle of its own, so that a
 * cold start does not wait for it.
 */
export function createLateMailer(options: MailerOptions): Mailer {
  let loading: Promise<Mailer> | undefined;
  const mailer = () => {
    loading ??= load(options);
    return loading;
  };
  return {
    async send(message: MailMessage) {
      try {
        return await (await mailer()).send(message);
      } catch (fault) {
        loading = undefined;
        const error = fault instanceof Error ? fault.name : 'unknown';
        options.log.error('mail cannot be sent', { error });
        return 'unreachable';
      }
    },
    check: async () => (await mailer()).check(),
  };
}
