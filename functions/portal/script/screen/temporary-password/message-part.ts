import { html, type TemplateResult } from 'lit-html';
import { button } from '../../component/button.ts';
import { subjectLine } from '../../component/confirmation.ts';
import { shownName } from '../../name.ts';
import {
  type Handover,
  languageOf,
  messageWithoutPassword,
  messageWithPassword,
  slipLines,
} from './message.ts';
import { type SecretParts, signInAddress } from './secret.ts';

function handoverOf(parts: SecretParts): Handover {
  const { app, issued } = parts;
  const language = languageOf(issued, app.translator.language);
  return { issued, translator: app.translatorOf(language), address: signInAddress(parts) };
}

/** The messages to copy, and the slip to print. */
export function messages(parts: SecretParts): TemplateResult {
  const { app, copies } = parts;
  const { temporaryPassword } = app.translator.text;
  const handover = handoverOf(parts);
  return html`<section class="messages" aria-labelledby="messages-title">
    <h2 id="messages-title">${temporaryPassword.messagesTitle}</h2>
    <p class="quiet">${temporaryPassword.messagesText}</p>
    <div class="form-actions">
      ${copies.view({
        id: 'message',
        label: temporaryPassword.copyMessage,
        text: () => messageWithPassword(handover),
      })}
      ${copies.view({
        id: 'messageWithout',
        label: temporaryPassword.copyMessageWithout,
        text: () => messageWithoutPassword(handover),
      })}
      ${button({ label: temporaryPassword.print, run: () => app.window.print() })}
    </div>
    <p class="quiet">${temporaryPassword.printHint}</p>
  </section>`;
}

/** Only paper has it. */
export function slip(parts: SecretParts): TemplateResult {
  const handover = handoverOf(parts);
  const { user } = parts.issued;
  return html`<section class="slip" aria-hidden="true" lang=${handover.translator.language}>
    ${subjectLine({ name: shownName(user), userName: user.userName })}
    ${slipLines(handover).map((line) => html`<p>${line}</p>`)}
  </section>`;
}
