import { openNotices } from '../../../shared/composition/notice-channel.ts';
import { dropLane } from '../../../shared/maintenance/notice-report.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP, YES_HELP } from '../command.ts';
import { UsageError } from '../command-line.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Removes what waits for a webhook, or for mail, that is no longer set, and its dead letters.

  portal-credentials notices drop LANE [options]

LANE is one that notices list shows as "not set".
${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}
First take the channel out of the settings of every instance. If the command is interrupted, run it
again.
`;

export interface DropRequest {
  readonly lane: string;
}

export const noticesDrop: Command<DropRequest> = {
  summary: 'removes what waits for a webhook that is gone',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse({ positionals: [lane] }) {
    if (lane === undefined) throw new UsageError('Name a lane, as notices list shows it.');
    return { lane };
  },
  warning: ({ lane }) => `This removes the notices that wait for ${lane}, for ever.`,
  async run({ lane }, { isDryRun }) {
    const dropped = await dropLane(openNotices(), { lane, isDryRun });
    if (dropped === undefined) {
      throw new CommandRefused(`${lane} is set: what waits for it is sent.`);
    }
    const { waiting, deadLetters } = dropped;
    const letters = counted(deadLetters, 'dead letter');
    const what = `the notices of ${counted(waiting, 'user')} and ${letters}`;
    return {
      document: { ...(isDryRun && { dryRun: true }), lane, ...dropped },
      text: `${isDryRun ? 'Would remove' : 'Removed'} ${what}.\n`,
    };
  },
};
