import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mailer } from '../port/mailer.ts';
import { toMailOptions } from './mail-form.ts';

/** Makes a mailer that writes files, which mail programs open; for `npm start`. */
export function createFileMailer(from: string, directory: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true });
  return {
    async send(message) {
      const { message: bytes } = await transport.sendMail(toMailOptions(from, message));
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = join(directory, `${message.messageId.replace(/[^\w.-]/g, '_')}.eml`);
      await writeFile(`${file}.unfinished`, bytes as Buffer, { mode: 0o600 });
      await rename(`${file}.unfinished`, file);
      return 'accepted';
    },
    async check() {
      return { isWell: true, message: `Each mail becomes a file in ${directory}.` };
    },
  };
}
