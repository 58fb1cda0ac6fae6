import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validate } from '@actions/languageservice';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

/**
 * The workflows cannot run here, so they are read by GitHub's own language service, which knows the
 * keys, the permissions, the triggers and the contexts of expressions.
 */

const FOLDER = fileURLToPath(new URL('../../../.github/workflows/', import.meta.url));
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}${name}`, 'utf8'),
}));

let documents = 0;

/** The service remembers a document by its address, so each has one of its own. */
async function faultsOf(text: string): Promise<readonly string[]> {
  documents += 1;
  const address = `file:///.github/workflows/${documents}.yml`;
  const document = TextDocument.create(address, 'yaml', 1, text);
  return (await validate(document)).map(({ message }) => String(message));
}

/** Actions that are not named by the commit that was looked at, with its version beside it. */
function unpinned(text: string): readonly string[] {
  const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
  const isPinned = (action: string) =>
    action.startsWith('./') || /^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action);
  return uses.filter((action) => !isPinned(action));
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
}

/** Jobs that may write something, as `job: permission`. */
function writes(text: string): readonly string[] {
  const { permissions, jobs } = parse(text) as { permissions: unknown; jobs: Record<string, Job> };
  expect([{}, { contents: 'read' }]).toContainEqual(permissions);
  return Object.entries(jobs).flatMap(([job, { permissions: own = {} }]) =>
    Object.entries(own)
      .filter(([, level]) => level !== 'read')
      .map(([permission]) => `${job}: ${permission}`),
  );
}

/** What a caller of the workflow writes must not become a part of a script. */
function injections(text: string): readonly string[] {
  const { jobs } = parse(text) as {
    jobs: Record<string, { steps?: readonly { run?: string }[] }>;
  };
  const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run));
  return scripts.filter((script) => script.includes('${' + '{'));
}

describe('the workflows', () => {
  it('are CI and deployment', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual(['ci.yml', 'deploy.yml']);
  });

  it.each(workflows)('$name has no fault', async ({ text }) => {
    expect(await faultsOf(text)).toEqual([]);
  });

  it.each(workflows)(
    '$name names its actions by commit, and puts no input into a script',
    (each) => {
      expect(unpinned(each.text)).toEqual([]);
      expect(injections(each.text)).toEqual([]);
      expect(each.text).not.toContain('secrets.');
    },
  );

  it('may read the repository, and the deployment ask for a token of its own', () => {
    const byName = Object.fromEntries(workflows.map(({ name, text }) => [name, writes(text)]));
    expect(byName).toEqual({ 'ci.yml': [], 'deploy.yml': ['deploy: id-token'] });
  });
});

describe('what the deployment sets', () => {
  const text = workflows.find(({ name }) => name === 'deploy.yml')?.text ?? '';
  const env: Readonly<Record<string, string>> = parse(text).jobs.deploy.env;
  const file = readFileSync(`${FOLDER}../../infra/main.parameters.json`, 'utf8');
  const parameters: Record<string, { value: unknown }> = JSON.parse(file).parameters;
  /** By the name that azd puts in; without a default it is empty. */
  const defaults = new Map(
    Object.values(parameters).flatMap(({ value }) => {
      const [, name, standard = ''] = /^\$\{([A-Z_]+)(?:=(.*))?\}$/.exec(String(value)) ?? [];
      return name === undefined ? [] : [[name, standard] as const];
    }),
  );
  const OF_AZD = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID', 'AZURE_CLOUD'];

  it('are parameters, left at their defaults by who sets no variable', () => {
    const own = Object.entries(env).filter(([name]) => !OF_AZD.includes(name));
    expect(own.length).toBeGreaterThan(8);
    for (const [name, value] of own) {
      expect([...defaults.keys()], name).toContain(name);
      const [, standard = ''] = /\|\| '(.*)' \}\}$/.exec(value) ?? [];
      if (name !== 'OPERATOR_ACCESS') expect(standard, name).toBe(defaults.get(name));
    }
  });

  it('give no access to secrets and rows', () => {
    expect(env.OPERATOR_ACCESS).toBe('false');
  });
});

describe('a fault', () => {
  const sound = workflows.find(({ name }) => name === 'deploy.yml')?.text ?? '';

  it.each([
    ['a permission that there is not', 'id-token: write', 'id-token: wrote'],
    ['a context that there is not', 'vars.AZURE_CLIENT_ID', 'varz.AZURE_CLIENT_ID'],
    ['a key that there is not', 'timeout-minutes: 45', 'timeout-minute: 45'],
    ['a job that there is not', 'needs: check', 'needs: checks'],
  ])('is seen: %s', async (_, from, to) => {
    expect(sound).toContain(from);
    expect(await faultsOf(sound.replace(from, to))).not.toEqual([]);
  });

  it('is seen: an action by its tag, an input in a script', () => {
    expect(unpinned('      - uses: actions/checkout@v6')).toHaveLength(1);
    const script = ['jobs:', '  a:', '    steps:', '      - run: echo ${' + '{ inputs.x }}'];
    expect(injections(script.join('\n'))).toHaveLength(1);
  });
});
