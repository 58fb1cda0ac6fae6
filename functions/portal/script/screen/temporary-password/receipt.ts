import { html, type TemplateResult } from 'lit-html';
import { button } from '../../component/button.ts';
import { saveFile } from '../../save-file.ts';
import type { SecretParts } from './secret.ts';

/** The signed statement about the reset, for a ticket system. It holds no secret. */
export function receiptPart({ app, copies, issued }: SecretParts, receipt: string): TemplateResult {
  const { temporaryPassword } = app.translator.text;
  const [local] = issued.user.userName.split('@');
  const name = `receipt-${local}-${new Date(app.api.serverNow()).toISOString().slice(0, 10)}.txt`;
  const file = { name, type: 'text/plain', text: receipt } as const;
  return html`<section class="messages" aria-labelledby="receipt-title">
    <h2 id="receipt-title">${temporaryPassword.receiptTitle}</h2>
    <p class="quiet">${temporaryPassword.receiptText}</p>
    <div class="form-actions">
      ${copies.view({ id: 'receipt', label: temporaryPassword.copyReceipt, text: () => receipt })}
      ${button({
        label: temporaryPassword.saveReceipt,
        icon: 'download',
        run: () => saveFile(app.window, file),
      })}
    </div>
  </section>`;
}
