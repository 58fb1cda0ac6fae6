import { loadServices } from '../../../shared/composition/app.ts';
import { createRequestContext } from '../../../shared/composition/operator.ts';
import type { Tenant } from '../../../shared/credential/name.ts';
import { changedRules, type ResetRules } from '../../../shared/credential/tenant-settings.ts';
import {
  type Loosened,
  type LoosenRequest,
  loosenSettings,
} from '../../../shared/maintenance/loosen-settings.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { type ParsedArgs, requireTenantArgument, textOf, UsageError } from '../command-line.ts';
import { worded } from '../terminal.ts';

const HELP = `\
Lets the looser rules of resets that a global admin of the tenant has requested take effect at
once, and not a day later.

  portal-credentials tenant loosen TENANT --dry-run
  portal-credentials tenant loosen TENANT --request NUMBER [options]

  --request NUMBER    what --dry-run has shown, and nothing that was requested since
${DRY_RUN_HELP}${COMMON_HELP}
First ask over another channel: did the admin that --dry-run names request these rules?
`;

export type TenantLoosenRequest = Omit<LoosenRequest, 'isDryRun'>;

function parse(given: ParsedArgs): TenantLoosenRequest {
  const tenant = requireTenantArgument(given);
  const number = textOf(given, 'request');
  if (number === undefined && given.options['dry-run'] === true) {
    return { tenant, version: undefined };
  }
  if (number === undefined || !/^\d{1,15}$/.test(number)) {
    throw new UsageError('--request must be the number that --dry-run prints.');
  }
  return { tenant, version: Number(number) };
}

const REFUSALS: Readonly<Record<string, (tenant: Tenant) => string>> = {
  'not-found': (tenant) => `No setting of ${tenant} was ever changed. Is the name right?`,
  'precondition-failed': (tenant) =>
    `The settings of ${tenant} were changed since --dry-run. Run it again.`,
  forbidden: (tenant) =>
    `The requester is no active global admin of ${tenant} any more. Another one must request it.`,
  conflict: (tenant) => `The settings of ${tenant} were changed at the same moment; try again.`,
};

function listChanges(before: ResetRules, after: ResetRules): string {
  return changedRules(before, after)
    .map((rule) => `${rule} ${before[rule]} → ${after[rule]}`)
    .join(', ');
}

function describe(
  { version, before, after, requestedBy }: Loosened,
  tenant: Tenant,
  isDryRun: boolean,
): string {
  if (requestedBy === undefined) {
    return `No looser rules of resets of ${tenant} are pending; nothing was done.\n`;
  }
  const verb = isDryRun ? 'would be' : 'are';
  const outcome = `The rules of resets of ${tenant} ${verb} as ${requestedBy} requested`;
  const next = isDryRun ? ` To do it: --request ${version}` : '';
  return `${outcome}: ${listChanges(before, after)}.${next}\n`;
}

export const tenantLoosen: Command<TenantLoosenRequest> = {
  summary: 'lets the looser rules of resets of a tenant take effect at once',
  help: HELP,
  options: { request: { type: 'string' } },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse,
  async run({ tenant, version }, { isDryRun }) {
    const request = { tenant, version, isDryRun };
    const context = createRequestContext();
    const services = await loadServices();
    const loosened = await worded(
      (code) => REFUSALS[code]?.(tenant),
      () => loosenSettings(services, request, context),
    );
    const { before: resetBefore, after: reset, requestedBy } = loosened;
    const isChanged = requestedBy !== undefined;
    return {
      document: {
        ...(isDryRun && { dryRun: true }),
        ...{ tenant, request: loosened.version, isChanged },
        ...(isChanged && { requestedBy }),
        ...{ resetBefore, reset },
      },
      text: describe(loosened, tenant, isDryRun),
    };
  },
};
