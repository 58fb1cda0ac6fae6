import type { CredentialReport } from '../../shared/maintenance/credential-report.ts';

type Pepper = CredentialReport['peppers'][number];
type Tenant = CredentialReport['tenants'][number];

const COLUMNS = ['pepper version', 'cost', 'imported', 'permanent', 'temporary', 'history'];

/** Describes a report for a person: a table a tenant, then a verdict on each pepper version. */
export function describeReport({ atMs, tenants, peppers }: CredentialReport): string {
  const paragraphs = [
    ...tenants.map(describeTenant),
    ...(tenants.length === 0 ? ['There is no credential.'] : []),
    ['Pepper versions', ...peppers.map((pepper) => `  ${describePepper(pepper, atMs)}`)].join('\n'),
  ];
  return `\n${paragraphs.join('\n\n')}\n\n`;
}

function describeTenant({ tenant, credentials, withoutPassword, hashes }: Tenant): string {
  const rows = hashes.map((hash) => [
    hash.pepperVersion,
    ...[hash.cost, hash.wraps ?? '–', hash.permanent, hash.temporary, hash.history].map(String),
  ]);
  const title = `${tenant}: ${counted(credentials, 'credential')}`;
  const none = withoutPassword === 0 ? [] : [`  without a password: ${withoutPassword}`];
  return [title, ...(rows.length === 0 ? [] : table([COLUMNS, ...rows])), ...none].join('\n');
}

/** Lays out rows, of which the first has the titles: words to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[], words = 1): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < words ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

function describePepper(pepper: Pepper, nowMs: number): string {
  const { version, createdAtMs, writtenUntilMs, canBeRetired } = pepper;
  const needs = pepper.permanent + pepper.temporary + pepper.history;
  const needed = `${counted(needs, 'hash', 'hashes')} need${needs === 1 ? 's' : ''} it`;
  if (createdAtMs === undefined) {
    return `${version}: MISSING from the vault, and ${needed}. Enable it again.`;
  }
  if (canBeRetired) return `${version}: can be retired, nothing needs it.`;
  if (writtenUntilMs === undefined) return `${version}: the newest; ${needed}.`;
  if (nowMs >= writtenUntilMs) return `${version}: stays, ${needed}.`;
  const until = new Date(writtenUntilMs).toISOString();
  return `${version}: stays, ${needed}; new hashes may be made with it until ${until}.`;
}

/** The limit of lines of failures for a person; `--json` has them all. */
const FAILURES_SHOWN = 20;

/** Describes each user that could not be handled in a line. */
export function describeFailures(
  failures: readonly { readonly userName: string; readonly code: string }[],
): string {
  const shown = failures.slice(0, FAILURES_SHOWN);
  const more = failures.length - shown.length;
  const lines = shown.map(({ userName, code }) => `  ${userName}: ${code}\n`);
  return [...lines, more === 0 ? '' : `  and ${more} more (--json names them)\n`].join('');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
