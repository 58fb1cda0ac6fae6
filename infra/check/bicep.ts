import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The version of Bicep that checks the templates; an older one has fewer rules. */
export const BICEP_VERSION = '0.49.2';

/** The package of the compiler for each system. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'osx-x64',
  'darwin-arm64': 'osx-arm64',
};
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Ends the check: the message is for the developer that runs it. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. A program that is not there has status 127, as in a shell. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<Run> {
  try {
    const options = { cwd, maxBuffer: OUTPUT_MAX_BYTES };
    const { stdout, stderr } = await promisify(execFile)(program, [...args], options);
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<Record<string, string>>;
    return { status: typeof code === 'number' ? code : 127, stdout, stderr };
  }
}

/** Returns true for the pinned version or a later one; both have the form `1.2.3`. */
function isRecent(version: string): boolean {
  const parse = (text: string) => text.split('.').map(Number);
  const [own, pinned] = [parse(version), parse(BICEP_VERSION)];
  const index = own.findIndex((part, at) => part !== pinned[at]);
  return index === -1 || (own[index] ?? 0) > (pinned[index] ?? 0);
}

async function isUsable(program: string): Promise<boolean> {
  const { stdout } = await run(program, ['--version']);
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  return version !== undefined && isRecent(version);
}

export interface BicepOptions {
  /** The folder that keeps a restored compiler. */
  readonly cacheDirectory: string;
  /** The folder below which `az bicep install` puts its compiler. */
  readonly azureDirectory?: string;
  /** The system as Node names it: `linux-x64`. */
  readonly system?: string;
}

/**
 * Finds the Bicep compiler: the one on the PATH, the one of `az bicep install`, or the pinned NuGet
 * package, restored once.
 * @throws {CheckFailed} no compiler can be found
 */
export async function requireBicep(options: BicepOptions): Promise<string> {
  const azureDirectory = options.azureDirectory ?? join(homedir(), '.azure');
  for (const program of ['bicep', join(azureDirectory, 'bin/bicep')]) {
    if (await isUsable(program)) return program;
  }
  return restoreBicep(
    options.cacheDirectory,
    options.system ?? `${process.platform}-${process.arch}`,
  );
}

async function restoreBicep(cacheDirectory: string, system: string): Promise<string> {
  const suffix = PACKAGES[system];
  const wanted = `Install Bicep ${BICEP_VERSION} or later (\`az bicep install\`)`;
  if (suffix === undefined) throw new CheckFailed(`There is no compiler here. ${wanted}.`);
  const name = `Azure.Bicep.CommandLine.${suffix}`;
  const packages = join(cacheDirectory, 'packages');
  const program = join(packages, name.toLowerCase(), BICEP_VERSION, 'tools/bicep');
  if (await isUsable(program)) return program;
  await mkdir(cacheDirectory, { recursive: true });
  const project = join(cacheDirectory, 'bicep.csproj');
  await writeFile(project, projectText(name));
  const restored = await run('dotnet', ['restore', project, '--packages', packages]);
  await run('chmod', ['u+x', program]);
  if (restored.status === 0 && (await isUsable(program))) return program;
  const why = restored.status === 127 ? 'there is no dotnet' : 'dotnet restore failed';
  throw new CheckFailed(
    `The templates need the Bicep compiler, and ${name} ${BICEP_VERSION} could not be restored ` +
      `from NuGet (${why}). ${wanted}, or the .NET SDK.\n${restored.stdout}${restored.stderr}`,
  );
}

/** Makes a project that names one package in one version; nothing is compiled. */
function projectText(name: string): string {
  return `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
    <AutoGenerateBindingRedirects>false</AutoGenerateBindingRedirects>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${name}" Version="[${BICEP_VERSION}]" />
  </ItemGroup>
</Project>
`;
}
