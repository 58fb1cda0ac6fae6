import { Console } from 'node:console';
import { fstatSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';

/** The file number of standard output. */
const OUTPUT = 1;

/**
 * Keeps standard output for the answer: all other writes to the console appear on stderr.
 * A reader that closes its end (`| head -1`) does not end the work; {@link print} reports it.
 */
export function takeTerminal(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/**
 * Returns to the caller's folder, so that relative paths are its own: npm runs a script in the
 * folder of the package.
 * @param scripts the scripts that run this process
 */
export function returnToCaller(...scripts: readonly string[]): void {
  const { npm_lifecycle_event: running = '', INIT_CWD: folder } = process.env;
  if (scripts.includes(running) && folder) process.chdir(folder);
}

/**
 * Writes the whole text to standard output.
 * @throws {NodeJS.ErrnoException} some of it could not be written: a full disk, a reader that left
 */
export async function print(text: string): Promise<void> {
  // Node takes a short write to a file, as a disk makes it that gets full, for a whole one.
  if (fstatSync(OUTPUT).isFile()) writeFileSync(OUTPUT, Buffer.from(text));
  else await written(process.stdout, text);
}

/** Resolves when everything written to the stream before has reached the system. */
function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Ends the process when both streams are written: an exit drops what a pipe has not taken yet. */
export async function leave(code: number): Promise<never> {
  process.exitCode = code;
  await Promise.allSettled([process.stdout, process.stderr].map((stream) => written(stream, '')));
  process.exit();
}

/** @returns false if standard output is the null device, which Node also opens for a closed one */
export function keepsOutput(): boolean {
  const output = fstatSync(OUTPUT);
  return !output.isCharacterDevice() || output.rdev !== statSync('/dev/null').rdev;
}

/** @returns undefined if there is no terminal to ask on */
export async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl+D and Ctrl+C close it without an answer.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
