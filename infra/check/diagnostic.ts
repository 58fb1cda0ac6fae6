import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The members of SARIF 2.1.0 that the compiler fills. */
interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

/** The rules whose verdict depends on the day, not on a change. */
const IGNORED = new Set(['use-recent-api-versions']);

/**
 * Returns one line a diagnostic of any level, with its place in `infra/`. Text that is not SARIF is
 * a diagnostic too: a compiler that cannot start must not look like one without complaints.
 */
export function describeDiagnostics(text: string, sourceDirectory: string): readonly string[] {
  let sarif: Sarif;
  try {
    sarif = JSON.parse(text);
  } catch {
    return [`the compiler said: ${text.trim() || 'nothing'}`];
  }
  return sarif.runs
    .flatMap(({ results }) => results)
    .filter(({ ruleId }) => !IGNORED.has(ruleId))
    .map(({ ruleId, message, locations }) => {
      const at = locations[0]?.physicalLocation;
      const file = at === undefined ? '' : pathOf(at.artifactLocation.uri, sourceDirectory);
      return `${file}:${at?.region.startLine ?? 0} ${ruleId}: ${message.text}`;
    });
}

function pathOf(uri: string, sourceDirectory: string): string {
  const path = uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  return join('infra', relative(sourceDirectory, path));
}
