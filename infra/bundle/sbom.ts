/**
 * `npm run sbom` writes `dist/sbom.cdx.json`: a CycloneDX bill of the deployed packages, by npm.
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

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

/** The members of CycloneDX 1.5 that are read here. */
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
 * Lists `name@version` of each package that is not a development package in at least one of its
 * places. npm marks a component by one place alone, which may be a development tool's copy of it.
 */
async function deployedPackages(): Promise<ReadonlySet<string>> {
  const text = await readFile(join(ROOT, 'package-lock.json'), 'utf8');
  const { packages }: LockFile = JSON.parse(text);
  const places = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  return new Set(
    places.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
  );
}

/**
 * Makes the bill. One lock file gives one bill under one version of npm: members that are new each
 * time, or named after the folder, are removed.
 */
export async function makeBill(): Promise<Bill> {
  const { serialNumber: _, ...bill } = await npmBill();
  const { timestamp: __, ...metadata } = bill.metadata;
  const { name } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const deployed = await deployedPackages();
  const components = bill.components.filter(({ name, version }) =>
    deployed.has(`${name}@${version}`),
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
