import { Refusal } from '../../shared/credential/refusal.ts';
import { ArchiveRefused } from '../../shared/port/archive.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { SettingError } from '../../shared/setting.ts';
import { DataDirectoryError } from '../local/store/data-directory.ts';
import { UsageError } from './command-line.ts';

/** The command cannot be obeyed now; the message is one sentence for a person. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/**
 * Does the work of a command.
 * @param sentenceOf returns the sentence for the code of a refusal, if it has one
 * @throws {CommandRefused} the sentence, in place of a refusal that has one
 */
export async function worded<Result>(
  sentenceOf: (code: string) => string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (fault) {
    const sentence = fault instanceof Refusal ? sentenceOf(fault.code) : undefined;
    throw sentence === undefined ? fault : new CommandRefused(sentence);
  }
}

/** The work is done and its answer could not be written; the message states the consequence. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/** The kinds of failures, as `--json` names them; README.md lists them. */
export type FailureCode =
  | 'usage'
  | 'setting'
  | 'data-directory'
  | 'refused'
  | 'unavailable'
  | 'answer-lost'
  | 'system'
  | 'unexpected';

export interface Failure {
  readonly code: FailureCode;
  /** The sentences for a person, without a line end. */
  readonly message: string;
  /** The exit code; 3 if the same command may work later. */
  readonly exitCode: 1 | 2 | 3;
}

/** The errors whose message is written for people, and holds no secret. */
const FOR_PEOPLE: readonly (readonly [abstract new (...words: never[]) => Error, FailureCode])[] = [
  [UsageError, 'usage'],
  [SettingError, 'setting'],
  [DataDirectoryError, 'data-directory'],
  [CommandRefused, 'refused'],
  [ArchiveRefused, 'refused'],
  [Unavailable, 'unavailable'],
  [AnswerLost, 'answer-lost'],
];

const SYSTEM_SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this account may not',
  EPERM: 'this account may not',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
};

/** A word of a library that cannot be a secret: a code or the name of a class. */
const WORD = /^[A-Za-z_][\w.-]{0,63}$/;

/** The limit of lines of places, for a cause may be its own cause. */
const PLACES_MAX = 100;

/** A path in one line: a line end in it would make two sentences of one. */
const PATH = /^[^\p{Cc}]{1,1024}$/u;

function textIn(error: object, member: string, form: RegExp): string | undefined {
  const value: unknown = Reflect.get(error, member);
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** @returns undefined if the error is not from the operating system */
function describeSystemError(error: object): string | undefined {
  const code = textIn(error, 'code', /^E[A-Z0-9]{1,30}$/);
  const call = textIn(error, 'syscall', WORD);
  if (code === undefined || call === undefined) return undefined;
  const port: unknown = Reflect.get(error, 'port');
  if (code === 'EADDRINUSE') return `The port ${port} is in use; --port 0 picks a free one.`;
  if (code === 'EACCES' && typeof port === 'number') {
    return `The port ${port} may not be used by this account.`;
  }
  const path = textIn(error, 'dest', PATH) ?? textIn(error, 'path', PATH);
  const reason = SYSTEM_SENTENCES[code] ?? 'the system refused it';
  return `${path === undefined ? '' : `${path}: `}${reason} (${call} ${code}).`;
}

/** Returns 3 only for an outage, or a role that may not be active everywhere yet. */
function exitCodeOf(error: Error): Failure['exitCode'] {
  if (error instanceof UsageError) return 2;
  return error instanceof Unavailable && !error.isLasting ? 3 : 1;
}

/**
 * Turns any error into sentences. An error written for people keeps its words. Any other error
 * contributes only a file's name, codes and the name of the class, which cannot hold a secret.
 */
export function explainFailure(error: unknown): Failure {
  for (const [kind, code] of FOR_PEOPLE) {
    if (error instanceof kind) {
      return { code, message: error.message, exitCode: exitCodeOf(error) };
    }
  }
  const known = typeof error === 'object' && error !== null ? error : {};
  const sentence = describeSystemError(known);
  if (sentence !== undefined) return { code: 'system', message: sentence, exitCode: 1 };
  const words = [textIn(known, 'name', WORD), textIn(known, 'code', WORD)];
  const what = words.filter((word) => word !== undefined).join(' ') || 'unknown';
  return {
    code: 'unexpected',
    message: `Something unexpected happened (${what}). --stack shows where in the code.`,
    exitCode: 1,
  };
}

/**
 * Lists for `--stack` the places where an error and its causes were thrown, without messages.
 * @returns lines with their ends; empty if the error has no stack
 */
export function placesOf(error: unknown): string {
  const places: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    // The message stands before the places, and one with line ends could look like places.
    const stack = (at.stack ?? '').split(at.message || '\n').at(-1) ?? '';
    const frames = stack.split('\n').filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
    places.push(`  ${textIn(at, 'name', WORD) ?? 'Error'}`, ...frames);
    if (places.length > PLACES_MAX) break;
  }
  return places.map((line) => `${line}\n`).join('');
}
