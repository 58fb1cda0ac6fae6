import { loadServices } from '../../../shared/composition/app.ts';
import { createFirstAdmins } from '../../../shared/composition/operator.ts';
import type { UserName } from '../../../shared/credential/name.ts';
import type { ResetTerms } from '../../../shared/credential/reset.ts';
import {
  type AdminBefore,
  planFirstAdmins,
} from '../../../shared/maintenance/create-first-admin.ts';
import { announceAdmin } from '../announcement.ts';
import {
  COMMON_HELP,
  type Command,
  type CommandAnswer,
  type CommandContext,
  DRY_RUN_HELP,
} from '../command.ts';
import { requireUserArgument, UsageError } from '../command-line.ts';
import { hasTerms, parseTerms, TERMS_HELP, TERMS_OPTIONS } from '../reset-terms.ts';
import { worded } from '../terminal.ts';

const HELP = `\
Makes the first global admin of a tenant and prints the temporary password. Does nothing if the
tenant has a global admin that can sign in.

  portal-credentials create-admin USER_NAME [options]

  --recover           does it in any case, for a user who exists: one who lost the password, is
                      locked or disabled, let it expire, or has other roles
  --new               does it in any case, for a user who does not exist; with --recover, for both
${TERMS_HELP}${DRY_RUN_HELP}${COMMON_HELP}
--reason and --ticket need --recover: they are of a reset. It reports the state of the admin before:
a new user, one of a new tenant, disabled, locked, or of other roles.
`;

export interface CreateAdminRequest {
  readonly userName: UserName;
  readonly recover: boolean;
  readonly isNew: boolean;
  readonly terms: ResetTerms;
}

const REFUSALS: Readonly<Record<string, string>> = {
  'not-found': 'does not exist; --new makes a new user.',
  'user-name-taken': 'exists; --recover is for that user.',
};

/** Returns `ana@x.example was disabled and was promoted from salesAgent.` */
function describeBefore(userName: string, before: AdminBefore, isDryRun: boolean): string {
  const { promotedFrom, newUser, newTenant } = before;
  const promoted = isDryRun ? 'would be promoted' : 'was promoted';
  const facts = [
    newUser && `is a new user${newTenant ? ' of a new tenant' : ''}`,
    promotedFrom !== undefined && `${promoted} from ${promotedFrom.join(', ')}`,
    before.wasDisabled && 'was disabled',
    before.wasLocked && 'was locked',
    before.wasFrozen && 'was frozen',
  ].filter((fact) => fact !== false);
  return `${userName} ${facts.join(' and ') || 'was a global admin'}.`;
}

function noneMade(userName: string, isDryRun: boolean): CommandAnswer {
  const [verb, dryRun] = isDryRun ? ['would be', { dryRun: true }] : ['was', {}];
  return {
    document: { ...dryRun, admins: [] },
    text:
      `No admin ${verb} made for ${userName}: the tenant has an admin that can sign in. ` +
      '--recover or --new does it all the same.\n',
  };
}

async function plan(request: CreateAdminRequest): Promise<CommandAnswer> {
  const { userName } = request;
  const [planned] = await planFirstAdmins(await loadServices(), {
    ...request,
    userNames: [userName],
  });
  if (planned === undefined) return noneMade(userName, true);
  const { before } = planned;
  return {
    document: { dryRun: true, admins: [{ userName, ...before }] },
    text:
      `${userName} would be made a global admin, with a temporary password.\n` +
      `${describeBefore(userName, before, true)}\n`,
  };
}

async function make(request: CreateAdminRequest): Promise<CommandAnswer> {
  const { userName } = request;
  const [admin] = await createFirstAdmins({ ...request, userNames: [userName] });
  if (admin === undefined) return noneMade(userName, false);
  const { temporaryPassword, expiresAt, receipt, before } = admin;
  return {
    document: { admins: [{ userName, temporaryPassword, expiresAt, receipt, ...before }] },
    text: `${announceAdmin(admin)}${describeBefore(userName, before, false)}\n\n`,
    ifLost:
      `The temporary password of ${userName} was made, could not be printed and is lost: ` +
      'run it again with --recover.',
  };
}

function run(request: CreateAdminRequest, { isDryRun }: CommandContext) {
  return worded(
    (code) => REFUSALS[code] && `${request.userName} ${REFUSALS[code]}`,
    () => (isDryRun ? plan(request) : make(request)),
  );
}

export const createAdmin: Command<CreateAdminRequest> = {
  summary: "makes a tenant's first admin; --recover resets a locked-out one",
  help: HELP,
  options: { recover: { type: 'boolean' }, new: { type: 'boolean' }, ...TERMS_OPTIONS },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: true,
  hasSecretAnswer: true,
  parse(given) {
    const { options } = given;
    const userName = requireUserArgument(given);
    const [recover, isNew] = [options.recover === true, options.new === true];
    const terms = parseTerms(given);
    if (hasTerms(terms) && !recover) {
      throw new UsageError('--reason and --ticket are of a reset: they need --recover.');
    }
    return { userName, recover, isNew, terms };
  },
  run,
};
