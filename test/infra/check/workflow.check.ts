import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validate } from '@actions/languageservice';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

/**
 * The workflows cannot run here, so they are read by GitHub's own language service, which has the
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

/** Lists inputs of a workflow's caller that would become a part of a script. */
function injections(text: string): readonly string[] {
  const { jobs } = parse(text) as {
    jobs: Record<string, { steps?: readonly { run?: string }[] }>;
  };
  const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run));
  return scripts.filter((script) => script.includes('${' + '{'));
}

describe('the workflows', () => {
  it('are CI, CodeQL and deployment', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual([
      'ci.yml',
      'codeql.yml',
      'deploy.yml',
    ]);
  });

  it.each(workflows)('include $name without a fault', async ({ text }) => {
    expect(await faultsOf(text)).toEqual([]);
  });

  it.each(workflows)(
    'pin the actions of $name by commit and put no input into a script',
    (each) => {
      expect(unpinned(each.text)).toEqual([]);
      expect(injections(each.text)).toEqual([]);
      expect(each.text).not.toContain('secrets.');
      // What a step writes into the folder of the repository could else read the token of the job.
      expect(each.text.split('actions/checkout@')).toHaveLength(
        each.text.split('persist-credentials: false').length,
      );
    },
  );

  it('may read the repository and write only what each needs', () => {
    const byName = Object.fromEntries(workflows.map(({ name, text }) => [name, writes(text)]));
    expect(byName).toEqual({
      'ci.yml': [],
      'codeql.yml': ['analyze: security-events'],
      'deploy.yml': ['attest: attestations', 'attest: id-token', 'deploy: id-token'],
    });
  });
});

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const textOf = (name: string) => workflows.find((each) => each.name === name)?.text ?? '';
const deployment = parse(textOf('deploy.yml'));

describe('the deployment', () => {
  const { check, attest, deploy } = deployment.jobs;
  const runs = deploy.steps.map(({ run = '' }: Step) => run);
  const placeOf = (text: string) => runs.findIndex((run: string) => run.includes(text));
  const versionOf = (text: string, action: string) => text.split(`${action}@`)[1]?.slice(0, 40);

  it('runs one at a time, approved, after the whole check', () => {
    expect(deployment.concurrency).toEqual({ group: 'deploy-${' + '{ inputs.environment }}' });
    expect(deploy.environment).toBe('${' + '{ inputs.environment }}');
    expect(check.uses).toBe('./.github/workflows/ci.yml');
    expect([attest.needs, deploy.needs]).toEqual(['check', 'attest']);
  });

  it('deploys the tested file after verifying its attestation', () => {
    const [made, maps] = parse(textOf('ci.yml')).jobs.check.steps.filter(({ uses = '' }: Step) =>
      uses.startsWith('actions/upload-artifact@'),
    );
    const kept = { name: 'source-maps', path: 'dist/map', 'if-no-files-found': 'error' };
    expect(maps.with).toEqual(kept);
    expect(made.with).toMatchObject({ name: 'package', 'if-no-files-found': 'error' });
    expect(made.with.path.trim().split(/\s+/)).toEqual(['dist/package.zip', 'dist/sbom.cdx.json']);
    for (const { steps } of [attest, deploy]) {
      const [taken] = steps.filter(({ uses = '' }: Step) => uses.includes('download-artifact@'));
      expect(taken.with).toEqual({ name: 'package', path: 'dist' });
    }
    const attested = attest.steps.flatMap(({ uses = '', with: given }: Step) =>
      uses.startsWith('actions/attest@') ? [given] : [],
    );
    expect(attested).toEqual([
      { 'subject-path': 'dist/package.zip' },
      { 'subject-path': 'dist/package.zip', 'sbom-path': 'dist/sbom.cdx.json' },
    ]);
    const verified = placeOf('gh attestation verify dist/package.zip --repo');
    expect(verified).toBeGreaterThanOrEqual(0);
    expect(placeOf('azd deploy api --from-package dist/package.zip')).toBeGreaterThan(verified);
  });

  it('fails before deploying if azd does not find the resources', () => {
    const known = placeOf('azd env get-value PUBLIC_ORIGIN');
    expect(known).toBeGreaterThan(placeOf('azd env refresh'));
    expect(placeOf('azd deploy')).toBeGreaterThan(known);
    const [provision, refresh] = ['azd provision', 'azd env refresh'].map(
      (text) => deploy.steps.find(({ run = '' }: Step) => run.startsWith(text))?.if,
    );
    expect([provision, refresh]).toEqual(['inputs.provision', '${' + '{ !inputs.provision }}']);
  });

  it('fails if the app does not become ready', () => {
    const last = runs.at(-1);
    expect(last).toContain('--fail-with-body');
    expect(last).toContain('"$origin/api/health/ready"');
    expect(last).not.toMatch(/\|\||;\s*true/);
    expect(deploy.steps.at(-1)).not.toHaveProperty('continue-on-error');
  });

  it('uses the azd of azure.yaml, and actions of one version', () => {
    const azd = deploy.steps.find(({ uses = '' }: Step) => uses.startsWith('Azure/setup-azd@'));
    const { requiredVersions } = parse(readFileSync(`${FOLDER}../../azure.yaml`, 'utf8'));
    expect(requiredVersions.azd).toBe(`>= ${azd.with.version}`);
    for (const action of ['actions/checkout', 'actions/download-artifact', 'actions/attest']) {
      const found = workflows.flatMap(({ text }) =>
        text
          .split(`${action}@`)
          .slice(1)
          .map((rest) => rest.slice(0, 40)),
      );
      expect(new Set(found).size, action).toBe(1);
      expect(versionOf(textOf('deploy.yml'), action)).toMatch(/^[0-9a-f]{40}$/);
    }
  });
});

it('updates packages and actions every week', () => {
  const { updates } = parse(readFileSync(`${FOLDER}../dependabot.yml`, 'utf8'));
  const found = updates.map((each: (typeof updates)[number]) => [
    each['package-ecosystem'],
    each.directory,
    each.schedule.interval,
  ]);
  expect(found).toEqual([
    ['npm', '/', 'weekly'],
    ['npm', '/test/mutation', 'weekly'],
    ['github-actions', '/', 'weekly'],
  ]);
});

describe('the environment of the deployment', () => {
  const env: Readonly<Record<string, string>> = deployment.jobs.deploy.env;
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
  /** azd finds out itself which principal is signed in. */
  const LEFT_OUT = ['AZURE_PRINCIPAL_ID'];

  it('sets all parameters, at their defaults without a variable', () => {
    const own = Object.entries(env).filter(([name]) => !OF_AZD.includes(name));
    expect(own.map(([name]) => name).sort()).toEqual(
      [...defaults.keys()].filter((name) => !LEFT_OUT.includes(name)).sort(),
    );
    for (const [name, value] of own) {
      const [, standard = ''] = /\|\| '(.*)' \}\}$/.exec(value) ?? [];
      // An empty object: azd takes an empty text for JSON that is broken.
      const wanted = name === 'SETTINGS' ? '{}' : defaults.get(name);
      if (name === 'OPERATOR_ACCESS') continue;
      expect(standard, name).toBe(wanted);
      expect(value, name).toContain(`vars.${name}`);
    }
  });

  it('gives no access to secrets and rows', () => {
    expect(env.OPERATOR_ACCESS).toBe('false');
  });
});

describe('a planted fault in a workflow', () => {
  const sound = textOf('deploy.yml');

  it.each([
    ['a permission that there is not', 'id-token: write', 'id-token: wrote'],
    ['a context that there is not', 'vars.AZURE_CLIENT_ID', 'varz.AZURE_CLIENT_ID'],
    ['a key that there is not', 'timeout-minutes: 45', 'timeout-minute: 45'],
    ['a job that there is not', 'needs: check', 'needs: checks'],
  ])('is found: %s', async (_, from, to) => {
    expect(sound).toContain(from);
    expect(await faultsOf(sound.replace(from, to))).not.toEqual([]);
  });

  it('is found: an action by its tag, an input in a script', () => {
    expect(unpinned('      - uses: actions/checkout@v6')).toHaveLength(1);
    const script = ['jobs:', '  a:', '    steps:', '      - run: echo ${' + '{ inputs.x }}'];
    expect(injections(script.join('\n'))).toHaveLength(1);
  });
});
