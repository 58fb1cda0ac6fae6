import { describePortal } from './fixture/portal.ts';
import { describeErrors } from './suite/error.ts';
import { describeFlows } from './suite/flow.ts';
import { describeSurroundings } from './suite/surroundings.ts';
import { describeUnusual } from './suite/unusual.ts';

/** Checks flows in a real browser, and what goes wrong. The other half: portal-screens. */

describePortal(['contoso', 'lamna', 'proseware', 'northwind', 'litware'], (onContext) => {
  describeFlows(onContext, { en: 0, fr: 1 });
  describeErrors(onContext, 2);
  describeUnusual(onContext, 3);
  describeSurroundings(onContext, 4);
});
