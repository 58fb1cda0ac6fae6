/**
 * `npm run sbom` writes `dist/sbom.cdx.json`: a CycloneDX bill of what is deployed, by npm itself.
 * `dependencies` of package.json are what ends up in `dist/package`, bundled or as a list that was
 * made of them; everything else is a `devDependency` and not in the bill.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
/** npm's mark of a component that nothing deployed needs. */
const DEVELOPMENT = 'cdx:npm:package:development';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly { readonly name: string }[];
}

/** CycloneDX 1.5, as far as it is read here. */
export interface Bill {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

async function npmBill(): Promise<Bill> {
  // Not `--omit=dev`: npm 11 then leaves out whatever a development package needs as well.
  const args = [
    'sbom',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--package-lock-only',
  ];
  const options = { cwd: ROOT, maxBuffer: OUTPUT_MAX_BYTES };
  const { stdout } = await promisify(execFile)('npm', args, options);
  return JSON.parse(stdout);
}

/**
 * The same lock file gives the same bill under one version of npm: what is new each time, or named
 * after the folder, is taken out.
 */
export async function makeBill(): Promise<Bill> {
  const { serialNumber: _, ...bill } = await npmBill();
  const { timestamp: __, ...metadata } = bill.metadata;
  const { name } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const components = bill.components.filter(
    ({ properties = [] }) => !properties.some((property) => property.name === DEVELOPMENT),
  );
  const refs = new Set([metadata.component, ...components].map((each) => each['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  return {
    ...bill,
    metadata: { ...metadata, component: { ...metadata.component, name } },
    components,
    dependencies,
  };
}

if (import.meta.main) {
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const text = `${JSON.stringify(await makeBill(), undefined, 2)}\n`;
  await writeFile(join(ROOT, 'dist/sbom.cdx.json'), text);
}
