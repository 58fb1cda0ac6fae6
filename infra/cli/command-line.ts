import { parseArgs } from 'node:util';
import {
  parseUserName,
  type Tenant,
  tenantOf,
  type UserName,
} from '../../shared/credential/name.ts';

/** The command cannot be read; the message is one sentence for a person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options that a command has, by name without the hyphens. */
export type OptionShapes = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>;

/** The arguments of a command: options by name, and the other words. */
export interface ParsedArgs {
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

export interface StartOptions {
  readonly port: number;
  readonly admins: readonly UserName[];
  readonly data: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const DEFAULT_PORT = 7071;
const DEFAULT_ADMIN = 'admin@contoso.example';

export const START_HELP = `\
Serves everything on this machine, on 127.0.0.1.

  npm start -- [options]

  --port N            the port; 0 picks a free one (default ${DEFAULT_PORT})
  --admin USER_NAME   makes this user the first global admin of its tenant, if the tenant has none
                      who can sign in; may be given more than once (default ${DEFAULT_ADMIN})
  --data DIR          keeps the embedded store and vault in DIR (default: in memory)
  --json              prints one line of JSON when ready, and nothing when it cannot start
  --stack             after an unexpected error, shows where in the code it happened
  --help              prints this
  --version           prints the version

Settings are read from the environment; shared/CONTRACT.md lists them.
`;

/** @throws {UsageError} */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const given = readCommandLine(argv, 0, {
    port: { type: 'string' },
    admin: { type: 'string', multiple: true },
    data: { type: 'string' },
    json: { type: 'boolean' },
    stack: { type: 'boolean' },
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  });
  const { options } = given;
  const admins = (options.admin as string[] | undefined) ?? [DEFAULT_ADMIN];
  return {
    port: parsePort(textOf(given, 'port') ?? String(DEFAULT_PORT)),
    admins: [...new Set(admins.map(requireUserName))],
    data: textOf(given, 'data'),
    json: options.json === true,
    help: options.help === true,
    version: options.version === true,
  };
}

/**
 * Reads options, and at most `argumentsMax` words that belong to no option.
 * @throws {UsageError}
 */
export function readCommandLine(
  argv: readonly string[],
  argumentsMax: number,
  options: OptionShapes,
): ParsedArgs {
  try {
    const allowPositionals = argumentsMax > 0;
    const parsed = parseArgs({ args: [...argv], options: { ...options }, allowPositionals });
    const extra = parsed.positionals[argumentsMax];
    if (extra !== undefined) throw new Error(`Unexpected argument '${extra}'`);
    const given = { options: parsed.values, positionals: parsed.positionals };
    requireFiles(given);
    return given;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // What follows the first sentence is advice for the author of the parser.
    const [sentence = ''] = (error as Error).message.split(/[.\n](?:\s|$)/);
    throw new UsageError(`${sentence}. See --help.`);
  }
}

/**
 * Rejects a hyphen, which names standard input or output elsewhere, and a file of that name here.
 * @throws {UsageError}
 */
function requireFiles({ options, positionals }: ParsedArgs): void {
  if (![...positionals, ...Object.values(options).flat()].includes('-')) return;
  throw new UsageError(
    '"-" is not a file. No command reads standard input or writes files to standard output.',
  );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a whole number from 0 to 65535, not "${text}".`);
}

/**
 * Returns the text of an option; an empty text names nothing.
 * @throws {UsageError}
 */
export function textOf({ options }: ParsedArgs, name: string): string | undefined {
  const text = options[name];
  if (typeof text !== 'string' || text !== '') return text as string | undefined;
  throw new UsageError(`--${name} must not be empty.`);
}

/** @throws {UsageError} */
export function requireUserName(text: string): UserName {
  const userName = parseUserName(text);
  if (userName !== undefined) return userName;
  throw new UsageError(`"${text}" is not a user name such as admin@contoso.example.`);
}

/** Parses the first word. @throws {UsageError} */
export function requireUserArgument({ positionals: [name] }: ParsedArgs): UserName {
  if (name !== undefined) return requireUserName(name);
  throw new UsageError('A user name is missing, such as admin@contoso.example.');
}

/** Parses the first word. @throws {UsageError} */
export function requireTenantArgument({ positionals: [tenant] }: ParsedArgs): Tenant {
  if (tenant !== undefined) return requireTenant(tenant);
  throw new UsageError('A tenant is missing, such as contoso.example.');
}

/** @throws {UsageError} */
export function requireTenant(text: string): Tenant {
  const userName = parseUserName(`anybody@${text}`);
  if (userName !== undefined) return tenantOf(userName);
  throw new UsageError(`"${text}" is not a tenant such as contoso.example.`);
}
