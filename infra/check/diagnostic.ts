import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** SARIF 2.1.0, as far as the compiler fills it. */
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

/** Depends on the day, so it says nothing about a change. */
const IGNORED = new Set(['use-recent-api-versions']);

/**
 * One line a diagnostic, whatever its level, with the place in `infra/`. Text that is no SARIF is a
 * diagnostic too: a compiler that cannot start must not pass for one that is content.
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
