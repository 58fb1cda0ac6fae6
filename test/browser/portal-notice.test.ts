import { describePortal } from './fixture/portal.ts';
import { describeFreeze } from './suite/freeze.ts';
import { describeOrganisation } from './suite/organisation.ts';

/** The portal after a notice, and the settings of the organisation. */

describePortal(['contoso', 'fabrikam'], (onContext) => {
  describeFreeze(onContext, 0);
  describeOrganisation(onContext, 1);
});
