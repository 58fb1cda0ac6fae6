import { html, type TemplateResult } from 'lit-html';
import type { SplitTemporaryPassword } from '../../../client/index.ts';
import type { Issued } from '../../session.ts';
import { fill } from '../../text.ts';
import { type SecretParts, signInAddress } from './secret.ts';

/** The part that the admin reads out; the other one is in a mail. */
export type ToldPart = SplitTemporaryPassword;

/** @returns undefined if the password is whole */
export function toldPart({ temporaryPassword }: Issued): ToldPart | undefined {
  return 'part' in temporaryPassword ? temporaryPassword : undefined;
}

/** Says where the other part went, and what to say to the user, step by step. */
export function partSteps(parts: SecretParts, { pair, sentTo }: ToldPart): TemplateResult {
  const { temporaryPassword, product } = parts.app.translator.text;
  const address = signInAddress(parts);
  const { userName } = parts.issued.user;
  return html`<section class="read-out" aria-labelledby="part-title">
    <h2 id="part-title">${fill(temporaryPassword.partTitle, { address: sentTo })}</h2>
    <ol class="steps">
      ${temporaryPassword.partSteps.map(
        (step) => html`<li>${fill(step, { product, pair, address, userName })}</li>`,
      )}
    </ol>
    <p class="quiet">${temporaryPassword.partMissing}</p>
  </section>`;
}
