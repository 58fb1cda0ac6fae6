import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { toMailOptions } from '../../shared/mail/mail-form.ts';
import { readMail } from '../fixture/written-text.ts';
import { FROM, messageTo } from './fixture/mail-server.ts';

/** The characters of a line in quoted-printable: RFC 2045 section 6.7. */
const LINE_LENGTH = 76;

it('is read whole wherever its lines are cut, also before two hyphens', async () => {
  const transport = createTransport({ streamTransport: true, buffer: true });
  let cutBeforeHyphens = 0;
  for (let before = 0; before < LINE_LENGTH; before += 1) {
    const token = `${'x'.repeat(before)}--${'y'.repeat(100)}`;
    const parts = { text: `Hello\n\n${token}\n`, html: `<p>${token}</p>` };
    const message = messageTo('ana@mail.example', parts);
    const sent = await transport.sendMail(toMailOptions(FROM, message));
    const raw = String(sent.message);
    if (/^--y/m.test(raw)) cutBeforeHyphens += 1;
    const read = readMail(raw);
    expect(read).toContain(`\n${token}\n`);
    expect(read).toContain(`<p>${token}</p>`);
  }
  expect(cutBeforeHyphens).toBeGreaterThan(0);
});
