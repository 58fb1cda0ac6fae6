import { it } from 'vitest';
import { playNotices } from './fixture/notice-play.ts';

const PLAYS = 50;

it('brings every committed event to each live target in order, or ends it as undeliverable', async () => {
  for (let seed = 1; seed <= PLAYS; seed += 1) await playNotices(seed);
}, 120_000);
