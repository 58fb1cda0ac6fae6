import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOCAL_MAIL_FROM } from '../../shared/setting/mail.ts';

/** The folder in which mails are files, if the settings name no server. */
export interface MailFolder {
  /** The folder; undefined: a server is named, or no sender. */
  readonly directory: string | undefined;
  /** Removes a temporary folder that holds no mail. */
  close(): Promise<void>;
}

/**
 * Names a sender in `process.env`, and, where no server is named, a folder for mails: `mail` in the
 * directory, or a temporary one.
 * @param isOwnStore false: other services deliver the notices of the store too, so this one sends
 * none unless a sender was named; it would write into files what they have to send
 */
export async function openMailFolder(
  data: string | undefined,
  isOwnStore: boolean,
): Promise<MailFolder> {
  const { env } = process;
  if (isOwnStore) env.MAIL_FROM = env.MAIL_FROM?.trim() || LOCAL_MAIL_FROM;
  const isNamed = env.SMTP_URL?.trim() || env.COMMUNICATION_ENDPOINT?.trim();
  if (isNamed || !env.MAIL_FROM?.trim()) return { directory: undefined, async close() {} };
  const isKept = data !== undefined;
  const directory = isKept
    ? join(resolve(data), 'mail')
    : await mkdtemp(join(tmpdir(), 'portal-credentials-mail-'));
  env.SMTP_URL = pathToFileURL(directory).href;
  return {
    directory,
    async close() {
      delete env.SMTP_URL;
      // A folder with mails stays: a person may want to read them.
      if (!isKept) await rmdir(directory).catch(() => {});
    },
  };
}
