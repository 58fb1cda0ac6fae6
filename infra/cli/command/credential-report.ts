import { reportCredentials } from '../../../shared/composition/operator.ts';
import type { CredentialReport } from '../../../shared/maintenance/credential-report.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { describeReport } from '../report-text.ts';

const HELP = `\
Reports the pepper versions and costs with which passwords are hashed.

  portal-credentials credential-report [options]

${COMMON_HELP}
A pepper version can be retired (disabled in the vault) when no hash needs it and no instance makes
hashes with it any more. Disable it first and delete it later: until then a mistake is undone by
enabling it again.
`;

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Returns the document; times in RFC 3339, and absent values left out. */
function toDocument({ atMs, tenants, peppers }: CredentialReport): object {
  return {
    at: timeOf(atMs),
    tenants,
    peppers: peppers.map(({ createdAtMs, writtenUntilMs, ...pepper }) => ({
      ...pepper,
      isEnabled: createdAtMs !== undefined,
      createdAt: timeOf(createdAtMs),
      writtenUntil: timeOf(writtenUntilMs),
    })),
  };
}

export const credentialReport: Command<undefined> = {
  summary: 'reports the pepper versions and costs of the hashes',
  help: HELP,
  options: {},
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse: () => undefined,
  async run(_, { progress }) {
    const report = await reportCredentials((count) =>
      progress.update(() => `${count} credentials read.`),
    );
    return { document: toDocument(report), text: describeReport(report) };
  },
};
