import { openNotices } from '../../../shared/composition/notice-channel.ts';
import { resendDead } from '../../../shared/maintenance/notice-report.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { UsageError } from '../command-line.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Sends dead letters to their webhooks again, with the same ids, as notices list shows them.

  portal-credentials notices resend EVENT_ID [options]
  portal-credentials notices resend --all [options]

${DRY_RUN_HELP}${COMMON_HELP}
The service sends them, in order for each user, when its timer next runs.
`;

export interface ResendRequest {
  /** The id of an event; undefined: all. */
  readonly eventId: string | undefined;
}

export const noticesResend: Command<ResendRequest> = {
  summary: 'sends what a webhook did not accept again',
  help: HELP,
  options: { all: { type: 'boolean' } },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse({ options, positionals: [eventId] }) {
    if ((options.all === true) === (eventId !== undefined)) {
      throw new UsageError('Name one event by its id, or give --all.');
    }
    return { eventId };
  },
  async run({ eventId }, { isDryRun }) {
    const sent = await resendDead(openNotices(), { eventId, isDryRun });
    if (sent.length === 0 && eventId !== undefined) {
      throw new CommandRefused(`${eventId} is not a dead letter.`);
    }
    const letters = counted(sent.length, 'dead letter');
    return {
      document: { ...(isDryRun && { dryRun: true }), resent: sent.length },
      text: `${letters} ${isDryRun ? 'would be' : sent.length === 1 ? 'is' : 'are'} sent again.\n`,
    };
  },
};
