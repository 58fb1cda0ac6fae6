import { findWebhookSecret } from '../../../shared/composition/notice-channel.ts';
import { parseWebhookUrl } from '../../../shared/setting/webhook.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { UsageError } from '../command-line.ts';

const HELP = `\
Prints the secret by which the receiver of a webhook verifies signatures (Standard Webhooks).

  portal-credentials webhook-secret URL [options]

${COMMON_HELP}
It is made of the vault's webhook-key and of the URL as WEBHOOK_URLS has it: any other URL has
another secret. It is stored nowhere; the same command prints it again.
`;

export interface WebhookSecretRequest {
  readonly url: string;
}

export const webhookSecret: Command<WebhookSecretRequest> = {
  summary: 'prints the secret of a webhook for its receiver',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: false,
  // As create-admin: the embedded vault gets its keys with the first command.
  mayMakeStores: true,
  parse({ positionals: [text] }) {
    if (text === undefined) throw new UsageError('The URL of the webhook is missing.');
    return { url: parseWebhookUrl('The URL', text) };
  },
  partsFor: () => ['vault'],
  async run({ url }) {
    const found = await findWebhookSecret(url);
    return { document: found, text: `${found.secret}\n` };
  },
};
