import { tryMail, tryWebhook } from '../../../shared/composition/notice-channel.ts';
import { parseEmail } from '../../../shared/credential/name.ts';
import { parseWebhookUrl } from '../../../shared/setting/webhook.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { textOf, UsageError } from '../command-line.ts';

const HELP = `\
Sends a mail to an address, or an event of no user to a webhook, as the settings say.

  portal-credentials notices test --to ADDRESS [options]

  --to ADDRESS        an email address, or the URL of a webhook
${COMMON_HELP}
The event is of the type org.portal-credentials.notice.test.v1, and is signed as all are. The exit
code is 1 if it was not accepted.
`;

export type TestRequest = { readonly address: string } | { readonly url: string };

export const noticesTest: Command<TestRequest> = {
  summary: 'sends a mail or a webhook as a test',
  help: HELP,
  options: { to: { type: 'string' } },
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse(given) {
    const text = textOf(given, 'to');
    if (text === undefined) throw new UsageError('Name an address with --to.');
    if (URL.canParse(text)) return { url: parseWebhookUrl('--to', text) };
    const address = parseEmail(text);
    if (address !== undefined) return { address };
    throw new UsageError('--to must be an email address, or the URL of a webhook.');
  },
  async run(request) {
    const found = 'url' in request ? await tryWebhook(request.url) : await tryMail(request.address);
    const { isWell: isAccepted, message } = found;
    return { document: { isAccepted, message }, text: `${message}\n`, hasFailures: !isAccepted };
  },
};
