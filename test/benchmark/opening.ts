/** The first sentences of RESULTS.md: what limits, how far that is, and what others do. */
import type { Part } from './part.ts';

const rate = (value: number) => value.toFixed(value < 100 ? 1 : 0);

/** The rates of a part, those of its first chart among them: `native, bare`. */
function ratesOf(part: Part | undefined): Readonly<Record<string, number>> {
  const bars = part?.chart?.[0]?.bars ?? [];
  return { ...Object.fromEntries(bars.map(({ label, value }) => [label, value])), ...part?.rates };
}

function limitText(of: Readonly<Record<string, number>>): readonly string[] {
  const [bare, served] = [of['native, bare'], of['native, through HTTP']];
  if (bare === undefined || served === undefined) return [];
  return [
    `bcrypt on the processors is what limits: the bare native engine makes ${rate(bare)} hashes ` +
      'a second on those of this machine, and each sign-in takes one.',
    `Through HTTP the service signs in ${rate(served)} users a second, which is ` +
      `${(served / bare).toFixed(2)} of that limit.`,
  ];
}

function peersText(of: Readonly<Record<string, number>>): readonly string[] {
  const { ours, sameEngine, scrypt, cognitoLocal } = of;
  const all = [ours, sameEngine, scrypt, cognitoLocal];
  if (!all.every((value) => value !== undefined)) return [];
  const [own, same, cheaper, none] = all.map(rate);
  return [
    `With 16 clients, better-auth with the same engine signs in ${same} a second beside ${own} ` +
      `of this service, better-auth with scrypt, its default and a cheaper hash, ${cheaper}, and ` +
      `cognito-local, which hashes nothing, ${none}.`,
  ];
}

/** @returns three sentences; fewer if a part failed */
export function openingText(parts: ReadonlyMap<string, Part>): string {
  const [signIn, peers] = [ratesOf(parts.get('sign-in')), ratesOf(parts.get('peers'))];
  return [...limitText(signIn), ...peersText(peers)].join(' ');
}
