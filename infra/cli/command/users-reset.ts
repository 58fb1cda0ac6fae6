import { loadServices } from '../../../shared/composition/app.ts';
import { createRequestContext } from '../../../shared/composition/operator.ts';
import type { ResetTerms } from '../../../shared/credential/reset.ts';
import { groupTemporaryPassword } from '../../../shared/credential/temporary-password.ts';
import { resetUser } from '../../../shared/maintenance/operate-user.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { parseTerms, TERMS_HELP, TERMS_OPTIONS } from '../reset-terms.ts';
import { FORCE_HELP, parseUserAct, type UserActRequest, workOn } from '../user-act.ts';

const HELP = `\
Gives a user a temporary password and prints it. The old password and all sessions end at once.

  portal-credentials users reset USER_NAME [options]

${FORCE_HELP}${TERMS_HELP}${DRY_RUN_HELP}${COMMON_HELP}
A lock is cleared. A disabled user stays disabled. For a tenant's lost admin, create-admin --recover
does more. Be sure of the identity of the caller.
`;

interface UsersResetRequest extends UserActRequest {
  readonly terms: ResetTerms;
}

export const usersReset: Command<UsersResetRequest> = {
  summary: 'gives a user a temporary password',
  help: HELP,
  options: { force: { type: 'boolean' }, ...TERMS_OPTIONS },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  hasSecretAnswer: true,
  parse: (given) => ({ ...parseUserAct(given), terms: parseTerms(given) }),
  async run({ userName, force, terms }, { isDryRun }) {
    const services = await loadServices();
    const request = { userName, force, isDryRun, terms };
    const issued = await workOn(userName, () =>
      resetUser(services, request, createRequestContext()),
    );
    if (issued === undefined) {
      const text = `${userName} would be given a temporary password.\n`;
      return { document: { dryRun: true, userName }, text };
    }
    const { receipt } = issued;
    const { canonical, expiresAtMs } = issued.temporaryPassword;
    const temporaryPassword = groupTemporaryPassword(canonical);
    const expiresAt = new Date(expiresAtMs).toISOString();
    return {
      document: { userName, temporaryPassword, expiresAt, receipt },
      text:
        `\n  User      ${userName}\n  Password  ${temporaryPassword}\n` +
        `            temporary, shown once, good until ${expiresAt}\n` +
        `  Receipt   ${receipt}\n\n`,
      ifLost:
        `The temporary password of ${userName} was made, could not be printed and is lost: ` +
        'run it again.',
    };
  },
};
