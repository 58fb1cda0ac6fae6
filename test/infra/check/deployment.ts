import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The output of `infra/check/check.ts`, as far as the assertions look at it. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly kind?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sku?: Readonly<Record<string, Json>>;
  readonly identity?: Readonly<Record<string, Json>>;
  /** `[…]` is an expression that only a deployment can evaluate. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the type of resource
  readonly properties: any;
}

export interface Deployment {
  readonly environment: string;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

const OUTPUT = fileURLToPath(new URL('../../../dist/infra/', import.meta.url));
const SNAPSHOT = '.snapshot.json';

export function readOutput(name: string): string {
  return readFileSync(`${OUTPUT}${name}`, 'utf8');
}

function readDeployment(environment: string): Deployment {
  const snapshot = JSON.parse(readOutput(`${environment}${SNAPSHOT}`));
  return { environment, resources: snapshot.predictedResources, outputs: snapshot.outputs };
}

/** The resources of each environment, as the compiler predicts them. */
export const deployments: readonly Deployment[] = readdirSync(OUTPUT)
  .filter((name) => name.endsWith(SNAPSHOT))
  .map((name) => readDeployment(name.slice(0, -SNAPSHOT.length)));

export function deploymentOf(environment: string): Deployment {
  const found = deployments.find((each) => each.environment === environment);
  if (found === undefined) throw new Error(`there is no environment "${environment}"`);
  return found;
}

export function listOf(deployment: Deployment, type: string): readonly Resource[] {
  return deployment.resources.filter((resource) => resource.type === type);
}

export function oneOf(deployment: Deployment, type: string): Resource {
  const [resource, ...others] = listOf(deployment, type);
  if (resource !== undefined && others.length === 0) return resource;
  throw new Error(`${deployment.environment} has not one ${type}`);
}

/** The one whose name begins like this, such as `sttab` of two storage accounts. */
export function namedOf(deployment: Deployment, type: string, start: string): Resource {
  const found = listOf(deployment, type).filter(({ name }) => name.startsWith(start));
  const [resource] = found;
  if (resource !== undefined && found.length === 1) return resource;
  throw new Error(`${deployment.environment} has not one ${type} ${start}`);
}

/** Settings of the app, with `[…]` where only a deployment has the value. */
export function settingsOf(deployment: Deployment): Readonly<Record<string, string>> {
  return oneOf(deployment, 'Microsoft.Web/sites/config').properties;
}

export function isOnFlex(deployment: Deployment): boolean {
  return oneOf(deployment, 'Microsoft.Web/serverfarms').sku?.name === 'FC1';
}

/** The deployment with one resource changed: to see an assertion fail. */
export function planted(
  deployment: Deployment,
  type: string,
  change: (properties: Resource['properties'], resource: Resource) => void,
): Deployment {
  const copy = structuredClone(deployment);
  const target = copy.resources.find((resource) => resource.type === type);
  if (target === undefined) throw new Error(`${deployment.environment} has no ${type}`);
  change(target.properties, target);
  return copy;
}
