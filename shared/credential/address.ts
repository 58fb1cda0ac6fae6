/** The time for which earlier addresses get notices: CONTRACT.md "Notices", 14 days. */
export const EARLIER_ADDRESS_KEPT_MS = 14 * 24 * 60 * 60 * 1000;
/** The most of them: those that were in force longest. */
export const EARLIER_ADDRESSES_MAX = 4;

/** An address of a user, with the time for which it was in force. */
export interface AddressTerm {
  readonly address: string;
  readonly sinceMs: number;
  /** The moment of its end; undefined: it is in force. */
  readonly untilMs: number | undefined;
  /** True if the user never had an address before. */
  readonly isFirst: boolean;
}

/** The addresses of a user in force, and those that were in force within the last 14 days. */
export interface AddressHistory {
  readonly terms: readonly AddressTerm[];
  /** True if the user has or had an address, however long ago. */
  readonly hadAny: boolean;
}

export const NO_ADDRESS_HISTORY: AddressHistory = { terms: [], hadAny: false };

/** Compares two addresses without regard to case, as mail servers do. */
export function isSameAddress(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

const inForce = ({ untilMs }: AddressTerm) => untilMs === undefined;

/** Returns the earlier addresses that still get notices, the one longest in force first. */
export function earlierTerms({ terms }: AddressHistory, nowMs: number): readonly AddressTerm[] {
  const lasted = ({ sinceMs, untilMs = sinceMs }: AddressTerm) => untilMs - sinceMs;
  return terms
    .filter(({ untilMs }) => untilMs !== undefined && nowMs - untilMs < EARLIER_ADDRESS_KEPT_MS)
    .toSorted((one, other) => lasted(other) - lasted(one))
    .slice(0, EARLIER_ADDRESSES_MAX);
}

/** The time after which an address may stop an intruder: CONTRACT.md "Notices", 24 h. */
const TRUSTED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the addresses that get freeze links: those that were in force for a day, and the first
 * one ever. Of two that were first together it is
 * `email`, which stands before the other.
 */
export function trustedAddresses({ terms }: AddressHistory, nowMs: number): readonly string[] {
  const first = terms.find(({ isFirst }) => isFirst);
  return terms
    .filter((term) => {
      const lastedMs = (term.untilMs ?? nowMs) - term.sinceMs;
      return term === first || lastedMs >= TRUSTED_AFTER_MS;
    })
    .map(({ address }) => address);
}

/** The addresses of a user, now and before. */
export interface Addressed {
  readonly email: string | undefined;
  readonly secondEmail: string | undefined;
  readonly addressHistory: AddressHistory;
}

/**
 * Returns the history of a user whose addresses are, from now on, those of `user`, whose history
 * is that of before. An address that only moves between `email` and `secondEmail` stays in force.
 */
export function followAddresses(user: Addressed, nowMs: number): AddressHistory {
  const { terms, hadAny } = user.addressHistory;
  const wanted = [user.email, user.secondEmail].filter((address) => address !== undefined);
  const kept = terms.filter((term) => inForce(term) && wanted.includes(term.address));
  const begun = wanted
    .filter((address) => kept.every((term) => term.address !== address))
    .map((address) => ({ address, sinceMs: nowMs, untilMs: undefined, isFirst: !hadAny }));
  const past = terms
    .filter((term) => !kept.includes(term))
    .map((term) => (inForce(term) ? { ...term, untilMs: nowMs } : term));
  return {
    terms: [...kept, ...begun, ...earlierTerms({ terms: past, hadAny }, nowMs)],
    hadAny: hadAny || wanted.length > 0,
  };
}

/** The waits until an address may get a part of a password: CONTRACT.md "Split delivery". */
const FIRST_COUNTS_AFTER_MS = 24 * 60 * 60 * 1000;
const LATER_COUNTS_AFTER_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * Returns the address that gets a part of a split password: never an earlier one.
 * @returns undefined if the user has none
 */
export function receivingAddress({
  email,
  secondEmail,
}: Pick<Addressed, 'email' | 'secondEmail'>): string | undefined {
  return email ?? secondEmail;
}

/**
 * Judges whether an address is old enough to get a part of a password: 24 h if the user had none
 * before, and 14 days if it replaced or followed another.
 */
export function countsForDelivery(
  { terms }: AddressHistory,
  address: string,
  nowMs: number,
): boolean {
  const term = terms.find((each) => inForce(each) && each.address === address);
  if (term === undefined) return false;
  const afterMs = term.isFirst ? FIRST_COUNTS_AFTER_MS : LATER_COUNTS_AFTER_MS;
  return nowMs - term.sinceMs >= afterMs;
}
