import {
  type CredentialReport,
  closeComposition,
  reportCredentials,
} from '../../shared/composition.ts';
import { CREDENTIAL_REPORT_HELP, parseCredentialReportOptions } from './command-line.ts';
import { readStores } from './local-system.ts';
import { describeReport } from './report-text.ts';
import { explainFailure, takeTerminal } from './terminal.ts';

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Times in RFC 3339; what is not known is left out. */
function toJson({ atMs, tenants, peppers }: CredentialReport): string {
  return JSON.stringify({
    at: timeOf(atMs),
    tenants,
    peppers: peppers.map(({ createdAtMs, writtenUntilMs, ...pepper }) => ({
      ...pepper,
      isEnabled: createdAtMs !== undefined,
      createdAt: timeOf(createdAtMs),
      writtenUntil: timeOf(writtenUntilMs),
    })),
  });
}

async function main(): Promise<void> {
  const { data, json, help } = parseCredentialReportOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(CREDENTIAL_REPORT_HELP);
    return;
  }
  takeTerminal();
  const composition = { closeComposition };
  const report = await readStores({ data, composition, read: reportCredentials });
  process.stdout.write(json ? `${toJson(report)}\n` : describeReport(report));
  process.exit(0);
}

main().catch((error: unknown) => {
  const { text, code } = explainFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
});
