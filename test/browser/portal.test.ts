import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startService } from '../fixture/service.ts';
import { launchBrowser } from './fixture/browser.ts';
import type { Stage } from './fixture/stage.ts';
import { describeDelivery } from './suite/delivery.ts';
import { describeErrors } from './suite/error.ts';
import { describeFlows } from './suite/flow.ts';
import { describeKeyboard } from './suite/keyboard.ts';
import { describeScreens } from './suite/screen.ts';
import { describeSurroundings } from './suite/surroundings.ts';
import { describeTemporaryPassword } from './suite/temporary-password.ts';
import { describeUnusual } from './suite/unusual.ts';

/** The portal in a real browser: one browser and one service for all suites. */

/** A screen is drawn and judged many times over in one test, perhaps on a busy machine. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ADMINS = [
  'tailspin',
  'lamna',
  'woodgrove',
  'proseware',
  'contoso',
  'fabrikam',
  'adatum',
  'northwind',
  'litware',
];

let stage: Stage;

beforeAll(async () => {
  const [browser, service] = await Promise.all([
    launchBrowser(),
    startService({ admins: ADMINS.map((tenant) => `admin@${tenant}.example`) }),
  ]);
  stage = { browser, service, visits: [] };
});

afterAll(async () => {
  await stage.browser.close();
  await stage.service.stop();
});

const onStage = () => stage;

describeFlows(onStage, { en: 0, fr: 1 });
describeErrors(onStage, 2);
describeKeyboard(onStage, 3);
describeScreens(onStage, 4);
describeTemporaryPassword(onStage, 5);
describeDelivery(onStage, 6);
describeUnusual(onStage, 7);
describeSurroundings(onStage, 8);

it('causes no policy violation, exception or foreign request in any visit', () => {
  expect(stage.visits.length).toBeGreaterThan(5);
  expect(stage.visits.flatMap(({ complaints }) => complaints)).toEqual([]);
});
