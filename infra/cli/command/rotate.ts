import { randomBytes } from 'node:crypto';
import { findFlawedVersions } from '../../../shared/composition/flawed-versions.ts';
import { openSecretAdmin, reportCredentials } from '../../../shared/composition/operator.ts';
import {
  addSecretVersion,
  changeOver,
  judgeRetirement,
  ROTATED_SECRETS,
  type RotatedSecret,
} from '../../../shared/crypto/secret/secret-rotation.ts';
import { WEBHOOK_ROTATION_MS } from '../../../shared/crypto/secret/webhook-key.ts';
import {
  type KeptVersion,
  SECRET_VERSION_LIMIT,
  type SecretAdmin,
} from '../../../shared/port/vault.ts';
import {
  COMMON_HELP,
  type Command,
  type CommandAnswer,
  type CommandContext,
  DRY_RUN_HELP,
  YES_HELP,
} from '../command.ts';
import { type ParsedArgs, textOf, UsageError } from '../command-line.ts';
import { counted } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Adds a version of a secret to the vault. No value is ever printed.

  portal-credentials rotate pepper|signing-key|receipt-signing-key|webhook-key [options]

  --if-missing        makes the secret when there is none, and otherwise does nothing
  --disable VERSION   disables a version instead, once nothing needs it
  --enable VERSION    enables a version again instead
  --force             with --disable: even if it is needed; hashes, tokens, receipts or signatures
                      of that version are then refused until it is enabled again
${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}`;

/** The things that an earlier version made, for a warning. */
const MADE_WITH: Readonly<Record<RotatedSecret, string>> = {
  pepper: 'password that was hashed',
  'signing-key': 'token that was signed',
  'receipt-signing-key': 'receipt that was signed',
  'webhook-key': 'webhook that is signed',
};

const RECEIVERS =
  'Each webhook has a new secret, which portal-credentials webhook-secret URL prints. For 72 h\n' +
  'notices carry the signatures of both.\n';

const VERSION = /^[0-9a-f]{32}$/i;

export interface RotateRequest {
  readonly secret: RotatedSecret;
  readonly action: 'add' | 'addIfMissing' | 'disable' | 'enable';
  /** The version that `disable` or `enable` changes. */
  readonly version: string;
  readonly force: boolean;
}

interface Rotation {
  readonly keeper: SecretAdmin;
  readonly request: RotateRequest;
  /** All versions of the secret, oldest first. */
  readonly versions: readonly KeptVersion[];
}

function parse(given: ParsedArgs): RotateRequest {
  const { options, positionals } = given;
  const [word = ''] = positionals;
  if (!Object.hasOwn(ROTATED_SECRETS, word)) {
    throw new UsageError(`Name what to rotate: ${Object.keys(ROTATED_SECRETS).join(', ')}.`);
  }
  const chosen = ['if-missing', 'disable', 'enable'].filter((name) => options[name] !== undefined);
  if (chosen.length > 1) throw new UsageError(`--${chosen.join(' and --')} exclude each other.`);
  const force = options.force === true;
  const [choice] = chosen;
  if (force && choice !== 'disable') throw new UsageError('--force belongs to --disable.');
  const version = textOf(given, 'disable') ?? textOf(given, 'enable') ?? '';
  if (version !== '' && !VERSION.test(version)) {
    throw new UsageError(`"${version}" is not a version of a secret. A version has 32 hex digits.`);
  }
  const actions = { 'if-missing': 'addIfMissing', disable: 'disable', enable: 'enable' } as const;
  const action = choice === undefined ? 'add' : actions[choice as keyof typeof actions];
  return { secret: word as RotatedSecret, action, version: version.toLowerCase(), force };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function nothingDone(secret: string, sentence: string): CommandAnswer {
  return { document: { secret, action: 'none' }, text: `${sentence}\n` };
}

async function add(rotation: Rotation, context: CommandContext): Promise<CommandAnswer> {
  const { keeper, request, versions } = rotation;
  const secret = ROTATED_SECRETS[request.secret];
  if (request.action === 'addIfMissing' && versions.length > 0) {
    if (versions.some(({ isEnabled }) => isEnabled)) {
      return nothingDone(secret, `${secret} is there; nothing was done.`);
    }
    throw new CommandRefused(`${secret} is there, and no version of it is enabled.`);
  }
  requireRoom(versions);
  if (context.isDryRun) {
    const document = { secret, action: 'add', dryRun: true };
    return { document, text: `A version would be added to ${secret}.\n` };
  }
  const added = await addSecretVersion(keeper, request.secret, randomBytes);
  const isFirst = !versions.some(({ isEnabled }) => isEnabled);
  const { usedFromMs, earlierUnusedFromMs } = changeOver(added, isFirst);
  const retirableFromMs = earlierUnusedFromMs + lifeMs(request.secret, context);
  const document = {
    ...{ secret, action: 'add', version: added.version },
    usedFrom: timeOf(usedFromMs ?? added.createdAtMs),
  };
  if (usedFromMs === undefined) {
    return { document, text: `${secret} has its first version, ${added.version}.\n` };
  }
  return {
    document: {
      ...document,
      earlierUnusedFrom: timeOf(earlierUnusedFromMs),
      ...(expires(request.secret) && { earlierRetirableFrom: timeOf(retirableFromMs) }),
    },
    text:
      `${secret} has the new version ${added.version}.\n` +
      `Instances take it up between ${timeOf(usedFromMs)} and ${timeOf(earlierUnusedFromMs)}.\n` +
      (request.secret === 'webhook-key' ? RECEIVERS : '') +
      `An earlier one can be disabled ${adviceOf(request.secret, retirableFromMs)}.\n`,
  };
}

/** Requires room for one more version. @throws {CommandRefused} the service could not start */
function requireRoom(versions: readonly KeptVersion[]): void {
  const enabled = versions.filter(({ isEnabled }) => isEnabled).length;
  if (enabled < SECRET_VERSION_LIMIT) return;
  throw new CommandRefused(`${enabled} versions are enabled; disable one first.`);
}

/** Judges whether everything made with a version expires with time alone. */
function expires(secret: RotatedSecret): boolean {
  return secret !== 'pepper' && secret !== 'receipt-signing-key';
}

/** Returns the time after which everything made with a version has expired, if it expires. */
function lifeMs(secret: RotatedSecret, { settings }: CommandContext): number {
  if (secret === 'pepper') return 0;
  if (secret === 'receipt-signing-key') return Number.POSITIVE_INFINITY;
  if (secret === 'webhook-key') return WEBHOOK_ROTATION_MS;
  const { accessTokenTtlSeconds, changeTokenTtlSeconds } = settings;
  return Math.max(accessTokenTtlSeconds, changeTokenTtlSeconds) * 1000;
}

function adviceOf(secret: RotatedSecret, retirableFromMs: number): string {
  if (secret === 'receipt-signing-key') return 'only if it has leaked: its receipts need it';
  if (secret !== 'pepper') return `from ${timeOf(retirableFromMs)} on`;
  return 'when portal-credentials credential-report says that nothing needs it';
}

/** @throws {CommandRefused} something needs it, and `--force` is missing */
async function requireUnneeded(rotation: Rotation, context: CommandContext): Promise<void> {
  const { request, versions } = rotation;
  const { secret, version, force } = request;
  const times = { nowMs: Date.now(), lifeMs: lifeMs(secret, context) };
  const flawed = await findFlawedVersions(ROTATED_SECRETS[secret], process.env);
  const isFlawed = flawed.has(version);
  // A version that instances leave out replaces no other, and disabling it changes nothing.
  const usable = versions.filter((one) => !flawed.has(one.version));
  const obstacle = isFlawed ? undefined : judgeRetirement(usable, version, times);
  if (obstacle?.kind === 'onlyOne') {
    throw new CommandRefused(
      `${version} is the only enabled version that is usable; add another one first.`,
    );
  }
  if (force) return;
  if (obstacle?.kind === 'newest') {
    throw new CommandRefused(`${version} is the newest version; add another one first.`);
  }
  if (obstacle?.untilMs === Number.POSITIVE_INFINITY) {
    throw new CommandRefused(`${version} is needed by each receipt that it signed.`);
  }
  if (obstacle !== undefined) {
    throw new CommandRefused(`${version} may be in use until ${timeOf(obstacle.untilMs)}.`);
  }
  if (secret !== 'pepper' || isFlawed) return;
  const { peppers } = await reportCredentials((count) =>
    context.progress.update(() => `${count} credentials read.`),
  );
  const pepper = peppers.find((one) => one.version === version);
  if (pepper?.canBeRetired === true) return;
  const needs = pepper === undefined ? 0 : pepper.permanent + pepper.temporary + pepper.history;
  throw new CommandRefused(`${version} is needed, by ${counted(needs, 'hash', 'hashes')}.`);
}

async function toggle(rotation: Rotation, context: CommandContext): Promise<CommandAnswer> {
  const { keeper, request, versions } = rotation;
  const { action, version } = request;
  const secret = ROTATED_SECRETS[request.secret];
  const found = versions.find((one) => one.version === version);
  if (found === undefined) throw new CommandRefused(`${secret} has no version ${version}.`);
  const isEnabled = action === 'enable';
  const done = isEnabled ? 'enabled' : 'disabled';
  if (found.isEnabled === isEnabled) {
    return nothingDone(secret, `${version} is ${done} already.`);
  }
  if (isEnabled) requireRoom(versions);
  else await requireUnneeded(rotation, context);
  if (context.isDryRun) {
    const document = { secret, action, version, dryRun: true };
    return { document, text: `${secret} ${version} would be ${done}.\n` };
  }
  await keeper.setEnabled(secret, version, isEnabled);
  return { document: { secret, action, version }, text: `${secret} ${version} is ${done}.\n` };
}

export const rotate: Command<RotateRequest> = {
  summary: 'adds, disables or enables a version of a secret',
  help: HELP,
  options: {
    'if-missing': { type: 'boolean' },
    disable: { type: 'string' },
    enable: { type: 'string' },
    force: { type: 'boolean' },
  },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse,
  warning: ({ secret, action, version, force }) => {
    if (action !== 'disable') return undefined;
    const what = `This disables the version ${version} of ${ROTATED_SECRETS[secret]}`;
    const made = MADE_WITH[secret];
    return force ? `${what}, and refuses every ${made} with it.` : `${what}.`;
  },
  // The store decides if hashes need a pepper.
  partsFor: ({ secret, action, force }) =>
    secret === 'pepper' && action === 'disable' && !force ? ['tables', 'vault'] : ['vault'],
  async run(request, context) {
    const keeper = openSecretAdmin();
    const versions = await keeper.listVersions(ROTATED_SECRETS[request.secret]);
    const rotation = { keeper, request, versions };
    const isAdding = request.action === 'add' || request.action === 'addIfMissing';
    return isAdding ? add(rotation, context) : toggle(rotation, context);
  },
};
