import { openNotices } from '../../../shared/composition/notice-channel.ts';
import { resumeLanes } from '../../../shared/maintenance/notice-report.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Resumes webhooks that answered 410, or that wanted to be left alone for a time. What waits for them
is then sent in order.

  portal-credentials notices resume [HOST] [options]

Without HOST, as notices list shows it, all are resumed.
${DRY_RUN_HELP}${COMMON_HELP}`;

export interface ResumeRequest {
  /** The host of a webhook, with its port; undefined: all. */
  readonly label: string | undefined;
}

export const noticesResume: Command<ResumeRequest> = {
  summary: 'resumes a webhook that answered 410',
  help: HELP,
  options: {},
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse: ({ positionals: [label] }) => ({ label }),
  async run({ label }, { isDryRun }) {
    const notices = openNotices();
    if (label !== undefined && !notices.lanes.some((lane) => lane.label === label)) {
      throw new CommandRefused(`WEBHOOK_URLS names no webhook of ${label}.`);
    }
    const resumed = await resumeLanes(notices, { label, isDryRun });
    const names = resumed.join(', ');
    return {
      document: { ...(isDryRun && { dryRun: true }), resumed },
      text: resumed.length === 0 ? 'None was stopped.\n' : `Resumed: ${names}.\n`,
    };
  },
};
