import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BICEP_VERSION, CheckFailed, requireBicep, run } from '../../infra/check/bicep.ts';
import { describeDiagnostics } from '../../infra/check/diagnostic.ts';

/** Checks the origin of the compiler, with stand-ins for it and for dotnet. */

const PATH = process.env.PATH ?? '';
const [major, minor, patch] = BICEP_VERSION.split('.').map(Number) as [number, number, number];
const OLDER = `${major}.${minor - 1}.99`;
const LATER = `${major}.${minor + 1}.0`;

let folder: string;
let search: string;
let options: { cacheDirectory: string; azureDirectory: string; system: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  search = join(folder, 'search');
  options = {
    cacheDirectory: join(folder, 'cache'),
    azureDirectory: join(folder, 'azure'),
    system: 'linux-x64',
  };
  mkdirSync(search);
  // Nothing but the stand-ins and what they are written in.
  process.env.PATH = `${search}:/bin:/usr/bin`;
  program(join(search, 'bicep'), 'exit 127');
  program(join(search, 'dotnet'), 'exit 127');
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

function program(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

function compiler(file: string, version: string): void {
  program(file, `echo 'Bicep CLI version ${version} (abc)'`);
}

const inAzure = () => join(options.azureDirectory, 'bin/bicep');
const inCache = () =>
  join(
    options.cacheDirectory,
    `packages/azure.bicep.commandline.linux-x64/${BICEP_VERSION}/tools/bicep`,
  );

describe('the Bicep compiler', () => {
  it.each([BICEP_VERSION, LATER, `${major + 1}.0.0`, `${major}.${minor}.${patch + 1}`])(
    'is the one on the PATH if it is %s',
    async (version) => {
      compiler(join(search, 'bicep'), version);
      expect(await requireBicep(options)).toBe('bicep');
    },
  );

  it('is the one of az bicep install if that on the PATH is older', async () => {
    compiler(join(search, 'bicep'), OLDER);
    compiler(inAzure(), BICEP_VERSION);
    expect(await requireBicep(options)).toBe(inAzure());
  });

  it('is restored once, pinned, if the installed ones are older or missing', async () => {
    compiler(inAzure(), OLDER);
    // A package's file is not marked as a program.
    program(
      join(search, 'dotnet'),
      `echo "$*" >> '${folder}/restores'
mkdir -p "$(dirname '${inCache()}')"
printf '#!/bin/sh\\necho Bicep CLI version ${BICEP_VERSION}\\n' > '${inCache()}'`,
    );
    expect(await requireBicep(options)).toBe(inCache());
    expect(await requireBicep(options)).toBe(inCache());
    const restores = readFileSync(join(folder, 'restores'), 'utf8').trim().split('\n');
    expect(restores).toHaveLength(1);
    const project = readFileSync(join(options.cacheDirectory, 'bicep.csproj'), 'utf8');
    expect(project).toContain(
      `Include="Azure.Bicep.CommandLine.linux-x64" Version="[${BICEP_VERSION}]" />`,
    );
  });
});

describe('a missing Bicep compiler', () => {
  async function refusal(): Promise<string> {
    const refused = await requireBicep(options).catch((error: unknown) => error);
    if (!(refused instanceof CheckFailed)) throw refused;
    return refused.message;
  }

  it('fails with a sentence on what to install if there is no dotnet', async () => {
    const message = await refusal();
    expect(message).toContain('The templates need the Bicep compiler');
    expect(message).toContain('there is no dotnet');
    expect(message).toContain('az bicep install');
  });

  it('fails with the message of dotnet', async () => {
    program(join(search, 'dotnet'), 'echo NU1101: unable to find package; exit 1');
    expect(await refusal()).toMatch(/dotnet restore failed[\s\S]*NU1101/);
  });

  it('fails if the restored compiler does not run', async () => {
    program(join(search, 'dotnet'), 'exit 0');
    expect(await refusal()).toContain('dotnet restore failed');
  });

  it('fails on a system without a package', async () => {
    options.system = 'aix-ppc64';
    expect(await refusal()).toContain('There is no compiler here');
  });
});

it('returns 127 for a missing program, and the status of a failed one', async () => {
  expect(await run(join(search, 'nothing'), [])).toMatchObject({ status: 127 });
  program(join(search, 'seven'), 'echo out; echo err >&2; exit 7');
  const seven = await run(join(search, 'seven'), []);
  expect(seven).toEqual({ status: 7, stdout: 'out\n', stderr: 'err\n' });
});

describe('Bicep diagnostics', () => {
  const at = (uri: string) => ({
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 7 } },
  });
  const sarif = (...rules: readonly string[]) =>
    JSON.stringify({
      runs: [
        {
          results: rules.map((ruleId) => ({
            ruleId,
            message: { text: 'a text' },
            locations: [at('file:///work/source/app/vault.bicep')],
          })),
        },
      ],
    });

  it('are listed with their place in the sources, whatever their level', () => {
    expect(describeDiagnostics(sarif('BCP037'), '/work/source')).toEqual([
      'infra/app/vault.bicep:7 BCP037: a text',
    ]);
  });

  it('are empty without a finding, or with one that depends on the day', () => {
    expect(describeDiagnostics(sarif(), '/work/source')).toEqual([]);
    expect(describeDiagnostics(sarif('use-recent-api-versions'), '/work/source')).toEqual([]);
  });

  it.each(['', 'Segmentation fault'])('include a text that is not SARIF: %j', (text) => {
    expect(describeDiagnostics(text, '/work/source')).toHaveLength(1);
  });
});
