import { openArchive } from '../../../shared/composition/operator.ts';
import { reindex as reindexStore } from '../../../shared/maintenance/reindex.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { counted } from '../report-text.ts';

const HELP = `\
Adds missing rows that are derived from the rows of users.

  portal-credentials reindex [options]

${DRY_RUN_HELP}${COMMON_HELP}
These are entries of the expiry index, ids of users, the words by which users are found, and the
lists of admins. Words that no longer belong to their user are removed. A stamp of authority without
its row is removed too: it makes every change of that admin fail. The service may run meanwhile. The
command can be repeated safely.
`;

export const reindex: Command<undefined> = {
  summary: 'adds missing rows that are derived from the users',
  help: HELP,
  options: {},
  argumentsMax: 0,
  changes: true,
  mayMakeStores: false,
  parse: () => undefined,
  async run(_, { isDryRun, progress }) {
    const report = await reindexStore(openArchive(), { isDryRun }, (users) =>
      progress.update(() => `${users} users read.`),
    );
    const { users, expiries, ids, tenants, authorities, words, staleWords } = report;
    const what = [
      `${expiries} of the expiry index`,
      `${counted(ids, 'id')} of users`,
      `${counted(words, 'word')} of the search`,
      `${counted(tenants, 'list')} of admins`,
    ].join(', ');
    const [made, removed] = isDryRun ? ['would be made', 'would be removed'] : ['made', 'removed'];
    const gone = [
      `${counted(authorities, 'stamp')} of authority`,
      `${counted(staleWords, 'word')} of the search`,
    ].join(', ');
    return {
      document: { ...(isDryRun && { dryRun: true }), ...report },
      text: `${counted(users, 'user')} read; ${made}: ${what}; ${removed}: ${gone}.\n`,
    };
  },
};
