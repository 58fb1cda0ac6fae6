import { parseArgs } from 'node:util';
import { parseUserName, type UserName } from '../../shared/credential/name.ts';

/** The command cannot be read; the message is one sentence for a person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface StartOptions {
  readonly port: number;
  readonly admins: readonly UserName[];
  readonly data: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

export interface CreateAdminOptions {
  /** Undefined only with `help`. */
  readonly userName: UserName | undefined;
  readonly recover: boolean;
  readonly data: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

export interface CredentialReportOptions {
  readonly data: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
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
  --json              prints one line of JSON when ready
  --help              prints this

Settings are read from the environment; the README lists them.
`;

export const CREATE_ADMIN_HELP = `\
Makes the first global admin of a tenant and prints the temporary password.

  npm run create-admin -- USER_NAME [options]

  --recover           does it even if the tenant has an admin: for one who is lost, locked or lapsed
  --data DIR          works on the embedded store and vault in DIR, while the service is stopped;
                      otherwise on the store and the vault that the settings name
  --json              prints one line of JSON
  --help              prints this
`;

export const CREDENTIAL_REPORT_HELP = `\
Tells on which pepper versions and costs passwords are hashed.

  npm run credential-report -- [options]

  --data DIR          reads the embedded store and vault in DIR, while the service is stopped;
                      otherwise the store and the vault that the settings name
  --json              prints one line of JSON
  --help              prints this

A pepper version can be retired (disabled in the vault) when no hash needs it and no instance makes
hashes with it any more. Disable it first and delete it later: until then a mistake is undone by
enabling it again.
`;

/** @throws {UsageError} */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const { values } = parse(argv, 0, {
    port: { type: 'string' },
    admin: { type: 'string', multiple: true },
    data: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  const admins = (values.admin as string[] | undefined) ?? [DEFAULT_ADMIN];
  return {
    port: parsePort((values.port as string | undefined) ?? String(DEFAULT_PORT)),
    admins: [...new Set(admins.map(requireUserName))],
    data: requireDirectory(values.data as string | undefined),
    json: values.json === true,
    help: values.help === true,
  };
}

/** @throws {UsageError} */
export function parseCreateAdminOptions(argv: readonly string[]): CreateAdminOptions {
  const { values, positionals } = parse(argv, 1, {
    recover: { type: 'boolean' },
    data: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  const help = values.help === true;
  const [name] = positionals;
  if (name === undefined && !help) {
    throw new UsageError('A user name is missing, such as admin@contoso.example.');
  }
  return {
    userName: name === undefined ? undefined : requireUserName(name),
    recover: values.recover === true,
    data: requireDirectory(values.data as string | undefined),
    json: values.json === true,
    help,
  };
}

/** @throws {UsageError} */
export function parseCredentialReportOptions(argv: readonly string[]): CredentialReportOptions {
  const { values } = parse(argv, 0, {
    data: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  return {
    data: requireDirectory(values.data as string | undefined),
    json: values.json === true,
    help: values.help === true,
  };
}

function parse(
  argv: readonly string[],
  positionalsMax: number,
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>,
) {
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: positionalsMax > 0 });
    const extra = parsed.positionals[positionalsMax];
    if (extra === undefined) return parsed;
    throw new Error(`Unexpected argument '${extra}'`);
  } catch (error) {
    // What follows the first sentence is advice for those who write the parser.
    const [sentence = ''] = (error as Error).message.split(/[.\n](?:\s|$)/);
    throw new UsageError(`${sentence}. See --help.`);
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a whole number from 0 to 65535, not "${text}".`);
}

function requireUserName(text: string): UserName {
  const userName = parseUserName(text);
  if (userName !== undefined) return userName;
  throw new UsageError(`"${text}" is no user name; one looks like admin@contoso.example.`);
}

function requireDirectory(text: string | undefined): string | undefined {
  if (text !== '') return text;
  throw new UsageError('--data must name a directory.');
}
