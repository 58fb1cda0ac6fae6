import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../infra/cli/command-list.ts';
import { endpoints } from '../shared/http/endpoint/index.ts';

/** Checks that CONTRIBUTING.md names no missing file, script or list. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const text = read('CONTRIBUTING.md');

describe('CONTRIBUTING.md', () => {
  it('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
    const real = named.filter((path) => !/NAME|^\.data|^dist|^(?:portal|host|store)\/$/.test(path));
    expect(real.length).toBeGreaterThan(25);
    expect(real.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it('names only scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(1);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it('lists for an endpoint the files that every endpoint has', () => {
    const triggers = readdirSync(`${ROOT}functions`).filter((name) => name.endsWith('.ts'));
    const registered = triggers.map((name) => read(`functions/${name}`)).join('\n');
    const index = read('shared/http/endpoint/index.ts');
    const missing = endpoints.filter(
      ({ name }) => ![registered, index].every((source) => source.includes(`${name}Endpoint`)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('lists for a command the files that every command has', () => {
    const readme = read('infra/cli/README.md');
    for (const name of Object.keys(COMMANDS)) {
      const file = `${name.replace(' ', '-')}.ts`;
      expect(existsSync(`${ROOT}infra/cli/command/${file}`), name).toBe(true);
      expect(readme).toContain(`\`${name}`);
    }
  });
});
