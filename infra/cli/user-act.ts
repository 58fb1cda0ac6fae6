import { loadServices } from '../../shared/composition/app.ts';
import { createRequestContext } from '../../shared/composition/operator.ts';
import type { UserName } from '../../shared/credential/name.ts';
import { viewUserRecord } from '../../shared/http/view.ts';
import { operateUser, type UserAct } from '../../shared/maintenance/operate-user.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP, YES_HELP } from './command.ts';
import { type ParsedArgs, requireUserArgument } from './command-line.ts';
import { worded } from './terminal.ts';

export const FORCE_HELP = `\
  --force             even if the tenant has no other global admin with a permanent password
`;

export interface UserActRequest {
  readonly userName: UserName;
  readonly force: boolean;
}

export function parseUserAct(args: ParsedArgs): UserActRequest {
  return { userName: requireUserArgument(args), force: args.options.force === true };
}

const REFUSALS: Readonly<Record<string, string>> = {
  'not-found': 'does not exist.',
  'reset-required': 'is locked: only a reset (users reset), or their own change, opens it.',
  'last-global-admin': 'is the last global admin who counts; --force does it all the same.',
  conflict: 'was changed by others at the same moment; try again.',
  overloaded: 'could not be hashed for in time; try again.',
};

/** Does the work on a user. @throws {CommandRefused} in place of a refusal of the operation */
export function workOn<Result>(userName: UserName, work: () => Promise<Result>): Promise<Result> {
  return worded((code) => REFUSALS[code] && `${userName} ${REFUSALS[code]}`, work);
}

interface ActTexts {
  readonly summary: string;
  /** The sentences for the help. */
  readonly what: string;
  /** The end of a sentence such as `ana@x.example is unlocked.` */
  readonly done: string;
  /** The question before the act; undefined if nothing is destroyed. */
  readonly warning?: string;
}

/** Makes the command `users ACT USER_NAME`. */
export function userActCommand(act: UserAct, texts: ActTexts): Command<UserActRequest> {
  const { summary, what, done, warning } = texts;
  const mayLoseAdmin = act === 'disable' || act === 'delete';
  const help = `\
${what}

  portal-credentials users ${act} USER_NAME [options]

${mayLoseAdmin ? FORCE_HELP : ''}${warning === undefined ? '' : YES_HELP}${DRY_RUN_HELP}\
${COMMON_HELP}`;
  return {
    summary,
    help,
    options: mayLoseAdmin ? { force: { type: 'boolean' } } : {},
    argumentsMax: 1,
    changes: true,
    mayMakeStores: false,
    parse: parseUserAct,
    ...(warning !== undefined && {
      warning: ({ userName }: UserActRequest) => `This ${act}s ${userName}: ${warning}`,
    }),
    async run({ userName, force }, { isDryRun }) {
      const services = await loadServices();
      const request = { userName, force, isDryRun };
      const { user, isChanged } = await workOn(userName, () =>
        operateUser(services, act, request, createRequestContext()),
      );
      const verb = isDryRun ? 'would be' : 'is';
      return {
        document: {
          ...(isDryRun && { dryRun: true }),
          isChanged,
          user: viewUserRecord(user, services.clock.now()),
        },
        text: isChanged
          ? `${userName} ${verb} ${done}.\n`
          : `${userName} is ${done} already; nothing was done.\n`,
      };
    },
  };
}
