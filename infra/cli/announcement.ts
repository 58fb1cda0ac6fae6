import type { LocalService, NewAdmin } from '../local/local-system.ts';

const ENGINES: Readonly<Record<string, string>> = {
  native: 'native engine (@node-rs/bcrypt)',
  bcryptjs: 'in JavaScript (bcryptjs)',
};

/** Describes the service to the person that has just started it. */
export function announceService(
  service: Pick<
    LocalService,
    'origin' | 'portalUrl' | 'embedded' | 'mailDirectory' | 'hashing' | 'admins'
  >,
  options: { readonly admins: readonly string[]; readonly data: string | undefined },
): string {
  const { origin, portalUrl, mailDirectory, hashing, admins } = service;
  const [first] = admins;
  const paragraphs = [
    'The service is ready.',
    rows([
      ['Address', origin],
      ['Portal', portalUrl],
      ['API', `${origin}/openapi.json`],
      ...(mailDirectory === undefined ? [] : [['Mail', `files in ${mailDirectory}`] as const]),
      ['Hashing', `bcrypt, cost ${hashing.cost}, ${ENGINES[hashing.engine]}`],
    ]),
    ...admins.map(describeAdmin),
    first === undefined ? describeNoAdmin(options.admins) : describeSignIn(portalUrl),
    describePlace(service.embedded, options.data),
    'Press Ctrl+C to stop it.',
  ];
  return `\n${paragraphs.join('\n\n')}\n\n`;
}

/** Describes the next step to the person that has just made an admin. */
export function announceAdmin(admin: NewAdmin): string {
  const next =
    'Sign in with it and choose a password. The temporary password is stored in no table and no\n' +
    'log. If you lose it, replace it with --recover.';
  return `\n${describeAdmin(admin)}\n\n${next}\n\n`;
}

function describeAdmin(admin: NewAdmin): string {
  const expiry = admin.expiresAt.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  return rows([
    ['New admin', admin.userName],
    ['Password', `${admin.temporaryPassword}   (temporary, shown once, expires ${expiry})`],
    ...(admin.receipt === undefined ? [] : [['Receipt', admin.receipt] as const]),
  ]);
}

function describeNoAdmin(names: readonly string[]): string {
  const few = names.length === 1 ? 'the tenant has an admin' : 'their tenants have admins';
  return (
    `No admin was made for ${names.join(', ')}: ${few} that can sign in.\n` +
    'Lost the password? Stop the service and run: npm run -s create-admin -- USER_NAME --recover'
  );
}

function describeSignIn(portalUrl: string): string {
  return (
    `To continue, open ${portalUrl} and sign in with the name and the password above.\n` +
    'README.md, "Walk through it", does the same without a browser.'
  );
}

function describePlace(embedded: LocalService['embedded'], data: string | undefined): string {
  const { tables, vault } = embedded;
  if (!tables && !vault) return 'Store and vault are those that the settings name.';
  const what = tables && vault ? 'Store and vault are' : `The ${tables ? 'store' : 'vault'} is`;
  if (data !== undefined) return `${what} kept in ${data}.`;
  if (tables) return `${what} in memory: data is lost when the service stops. --data DIR keeps it.`;
  return (
    `${what} in memory while the store is not: when this stops, no password in the store can be\n` +
    'verified any more. Name a vault (KEY_VAULT_URL), or keep this one with --data DIR.'
  );
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `  ${name.padEnd(10)} ${value}`).join('\n');
}
