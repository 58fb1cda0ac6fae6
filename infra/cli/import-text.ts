import { createReadStream } from 'node:fs';
import { CommandRefused } from './terminal.ts';

/** The sign that a decoder puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/** The limit of characters of a line or record; a user takes some hundreds. */
export const LINE_MAX_LENGTH = 16 * 1024;

/** @returns the fault in the encoding of a line, or undefined if it has none */
export function encodingFault(text: string): string | undefined {
  return text.includes(REPLACEMENT) ? 'This line is not UTF-8.' : undefined;
}

/** Finds a byte of zero at the beginning, which a user or a column has only in UTF-16. */
function isUtf16([first, second]: Uint8Array): boolean {
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return hasMark || first === 0 || second === 0;
}

async function* decoded(file: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8');
  let isFirst = true;
  for await (const chunk of createReadStream(file)) {
    if (isFirst && isUtf16(chunk)) {
      throw new CommandRefused(`${file} is UTF-16; save it as UTF-8 first.`);
    }
    isFirst = false;
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/**
 * Reads a file with LF at the end of each line, whichever kinds of line end it has, so that lines
 * are counted as an editor counts them. A byte that is not UTF-8 is a replacement character.
 * @throws {CommandRefused} the file cannot be read, or is UTF-16
 */
export async function* readText(file: string): AsyncGenerator<string, void> {
  let held = '';
  try {
    for await (const chunk of decoded(file)) {
      const text = held + chunk;
      // The LF of a CRLF may be in the next chunk.
      held = text.endsWith('\r') ? '\r' : '';
      yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
    }
    if (held !== '') yield '\n';
  } catch (error) {
    if (error instanceof CommandRefused) throw error;
    throw new CommandRefused(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    );
  }
}
