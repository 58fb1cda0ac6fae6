/** The outcomes of `POST /api/freeze`: see there in CONTRACT.md. */
export const FREEZE_OUTCOMES = ['frozen', 'sessionsEnded', 'lapsed'] as const;

export type FreezeOutcome = (typeof FREEZE_OUTCOMES)[number];
