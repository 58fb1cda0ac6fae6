import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROTATED_SECRETS } from '../../../shared/crypto/secret/secret-rotation.ts';

/**
 * Checks azure.yaml by the rules of azd's source (Azure/azure-dev, cli/azd/pkg/project:
 * service_target_functionapp.go and the packing step) since 1.23.12.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (name: string) => readFileSync(`${ROOT}${name}`, 'utf8');
const project = parse(read('azure.yaml'));
const { api } = project.services;

/** Lines of an ignore file that are no comment. */
const patternsOf = (text: string) =>
  text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));

/** Returns whether azd deploys at all: the key `remoteBuild` is for Flex Consumption alone. */
function isDeployable(service: object, plan: 'flexConsumption' | 'dedicated'): boolean {
  return plan === 'flexConsumption' || !('remoteBuild' in service);
}

/** Returns whether the platform would build, the default without a word in an ignore file. */
function buildsRemotely(service: { remoteBuild?: boolean }, ignoreFile?: string): boolean {
  if (ignoreFile === undefined) return service.remoteBuild ?? true;
  return (
    service.remoteBuild ?? patternsOf(ignoreFile).some((line) => line.includes('node_modules'))
  );
}

/** Returns whether the packing step takes `node_modules` of the folder that it packs. */
function packsModules(ignoreFile?: string): boolean {
  return (
    ignoreFile !== undefined &&
    !patternsOf(ignoreFile).some((line) => line.includes('node_modules') || line.startsWith('*'))
  );
}

describe('azure.yaml', () => {
  it('requires an azd that supports both ignore files', () => {
    expect(project.requiredVersions).toEqual({ azd: '>= 1.23.12' });
  });

  it.each(['flexConsumption', 'dedicated'] as const)('deploys to the plan %s', (plan) => {
    expect(isDeployable(api, plan)).toBe(true);
    expect(isDeployable({ ...api, remoteBuild: false }, 'dedicated')).toBe(false);
  });

  it('sends the built package with its native engine and no remote build', () => {
    expect(api).toEqual({ project: '.', language: 'js', host: 'function', dist: 'dist/package' });
    expect(buildsRemotely(api, read('.funcignore'))).toBe(false);
    expect(buildsRemotely(api)).toBe(true);
    expect(packsModules(read(`${api.dist}/.funcignore`))).toBe(true);
    expect(packsModules()).toBe(false);
    expect(patternsOf(read(`${api.dist}/.funcignore`))).toEqual([]);
    // With `client` it builds whatever its stamp says.
    const { build } = JSON.parse(read('package.json')).scripts;
    expect(build).toBe('node infra/bundle/checked.mjs client');
    expect(JSON.parse(read(`${api.dist}/package.json`)).main).toBe('main.cjs');
  });
});

describe('the azd hooks', () => {
  const { preprovision, postprovision } = project.hooks;

  it('run before and after provisioning, as executable scripts', () => {
    expect(Object.keys(project.hooks)).toEqual(['preprovision', 'postprovision']);
    for (const { run, shell } of [preprovision, postprovision]) {
      expect(shell).toBe('sh');
      expect(read(run)).toMatch(/^#!\/bin\/sh\n/);
      expect(statSync(`${ROOT}${run}`).mode & 0o111, run).toBe(0o111);
    }
  });

  it('stop azd only if the secrets could not be made', () => {
    expect(preprovision.continueOnError).toBe(true);
    expect(postprovision).not.toHaveProperty('continueOnError');
  });

  it('make the rotated secrets under the login of azd', () => {
    const script = read(postprovision.run);
    const { scripts } = JSON.parse(read('package.json'));
    const [, command = ''] =
      /npm run --silent (\S+) -- rotate "\$secret" --if-missing/.exec(script) ?? [];
    expect(scripts).toHaveProperty(command);
    const [, secrets = ''] = /for secret in (.*); do/.exec(script) ?? [];
    expect(secrets.split(' ')).toEqual(Object.keys(ROTATED_SECRETS));
    expect(script).toContain('export AZURE_TOKEN_CREDENTIALS=AzureDeveloperCliCredential\n');
  });
});

describe('host.json', () => {
  it('exports by OpenTelemetry at level Information, without a route prefix', () => {
    expect(JSON.parse(read('host.json'))).toEqual({
      version: '2.0',
      telemetryMode: 'OpenTelemetry',
      logging: { logLevel: { default: 'Information' } },
      extensions: {
        http: { routePrefix: '', hsts: { isEnabled: true, maxAge: '365.00:00:00' } },
      },
    });
    expect(read(`${api.dist}/host.json`)).toBe(read('host.json'));
  });
});
