import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deployments, readOutput } from './deployment.ts';

/** The compiled templates as text, and the files that azd reads beside them. */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (name: string) => readFileSync(`${ROOT}${name}`, 'utf8');
const main = JSON.parse(readOutput('main.json'));

type Node = { readonly [name: string]: unknown };

/** Every object in a template, templates of modules included. */
function nodesOf(value: unknown): readonly Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(nodesOf);
  return Array.isArray(value) ? inner : [value as Node, ...inner];
}

/** Every text in a template but its descriptions, which may say anything. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !['metadata', '$schema'].includes(name))
    .flatMap(([, inner]) => textsOf(inner));
}

/** Functions that fetch a key, and parameters that carry one. */
function fetchedSecrets(template: unknown): readonly string[] {
  const calls = textsOf(template).filter((text) => /\b(?:list[A-Z]\w*|getSecret)\(/.test(text));
  const secure = nodesOf(template).filter(({ type }) => /^secure/i.test(String(type)));
  return [...calls, ...secure.map(() => 'a secure parameter')];
}

/** Hosts of one cloud, where the template should ask the cloud. */
const HOSTS =
  /windows\.net|azure\.(?:net|com|cn)|azurewebsites\.|microsoftonline|(?:usgov|china)cloudapi/;

function hostsOf(template: unknown): readonly string[] {
  return textsOf(template).filter((text) => HOSTS.test(text));
}

describe('the templates', () => {
  it('read no key and take no secret', () => {
    expect(fetchedSecrets(main)).toEqual([]);
    expect(fetchedSecrets({ a: "[listKeys('x', '2024-01-01').keys[0].value]" })).toHaveLength(1);
    expect(fetchedSecrets({ a: { type: 'secureString' } })).toHaveLength(1);
  });

  it('name no host of a cloud', () => {
    expect(hostsOf(main)).toEqual([]);
    expect(hostsOf({ url: 'https://a.table.core.windows.net' })).toHaveLength(1);
  });

  it('create each secret only if it does not exist', () => {
    const secrets = nodesOf(main).filter(
      // One that an operator makes is named, and not made.
      ({ type, existing }) => type === 'Microsoft.KeyVault/vaults/secrets' && existing !== true,
    );
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) {
      expect(secret['@options']).toMatchObject({ onlyIfNotExists: [] });
    }
  });

  it('name the resources of each environment and tag them for azd', () => {
    for (const { environment, resources } of deployments) {
      const untagged = resources.filter(({ location, tags }) => {
        return location !== undefined && tags?.['azd-env-name'] === undefined;
      });
      expect(
        untagged.map(({ id }) => id),
        environment,
      ).toEqual([]);
      expect(resources.length, environment).toBeGreaterThan(30);
    }
  });
});

describe('the outputs', () => {
  const OUTPUTS = [
    'AZURE_AUTHORITY_HOST',
    'AZURE_LOCATION',
    'AZURE_RESOURCE_GROUP',
    'AZURE_TENANT_ID',
    'DOMAIN_RECORDS',
    'KEY_VAULT_URL',
    'MAIL_DOMAIN_RECORDS',
    'PUBLIC_ORIGIN',
    'SERVICE_API_NAME',
    'TABLES_ENDPOINT',
  ];

  it.each(deployments)('of $environment are addresses and names only', ({ outputs }) => {
    expect(Object.keys(outputs).sort()).toEqual(OUTPUTS);
    expect(JSON.stringify(outputs)).not.toMatch(/connectionString|secrets\/|list[A-Z]\w*\(/i);
  });
});

interface Parameter {
  readonly type: string;
  readonly defaultValue?: unknown;
}

describe('main.parameters.json', () => {
  const { parameters } = JSON.parse(read('infra/main.parameters.json'));
  const declared: Readonly<Record<string, Parameter>> = main.parameters;

  it('sets every parameter and no other', () => {
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(declared).sort());
  });

  it('repeats the default of each, so that azd and Bicep tools agree', () => {
    const own = ['environmentName', 'location', 'operatorPrincipalId', 'settings'];
    // An object comes as JSON, and azd leaves it out when the variable is not there.
    expect(parameters.settings).toEqual({ value: '${' + 'SETTINGS}' });
    expect(declared.settings?.defaultValue).toEqual({});
    for (const [name, { value }] of Object.entries<{ value: unknown }>(parameters)) {
      if (own.includes(name)) continue;
      const [, standard] = /^\$\{[A-Z][A-Z_]*=(.*)\}$/.exec(String(value)) ?? [];
      expect(standard, name).toBe(String(declared[name]?.defaultValue));
    }
  });

  it('sets none of the names that the templates return', () => {
    const names = Object.values<{ value: unknown }>(parameters).map(
      ({ value }) => /^\$\{([A-Z_]+)/.exec(String(value))?.[1],
    );
    const returned = Object.keys(main.outputs).filter((name) => name !== 'AZURE_LOCATION');
    expect(names.filter((name) => returned.includes(name ?? ''))).toEqual([]);
  });
});

describe('infra/README.md', () => {
  const text = read('infra/README.md');

  it('links to files and sections that exist', () => {
    const links = [...text.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(15);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    for (const link of links) {
      if (link.startsWith('#')) expect(headings).toContain(link.slice(1));
      else expect(existsSync(`${ROOT}infra/${link.split('#')[0]}`), link).toBe(true);
    }
  });

  it('names every variable that azd puts into the parameters', () => {
    const parameters = read('infra/main.parameters.json').matchAll(/\$\{([A-Z_]+)[=}]/g);
    const names = [...parameters].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(15);
    const ofAzd = /^AZURE_/;
    expect(names.filter((name) => !ofAzd.test(name) && !text.includes(`\`${name}\``))).toEqual([]);
  });
});
