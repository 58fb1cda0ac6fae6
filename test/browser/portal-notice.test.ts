import { describePortal } from './fixture/portal.ts';
import { describeFreeze } from './suite/freeze.ts';
import { describeHelpDesk } from './suite/help-desk.ts';
import { describeOrganisation } from './suite/organisation.ts';

/** The portal after a notice, the settings of the organisation, and resets by its rules. */

describePortal(['contoso', 'fabrikam', 'adatum'], (onContext) => {
  describeFreeze(onContext, 0);
  describeOrganisation(onContext, 1);
  describeHelpDesk(onContext, 2);
});
