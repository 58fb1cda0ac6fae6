import { MAILING } from '../http/fixture/mailbox.ts';
import { describePortal } from './fixture/portal.ts';
import { describeFreeze } from './suite/freeze.ts';
import { describeOrganisation } from './suite/organisation.ts';

/** What a person does after a notice, and the settings of those who send it. */

describePortal(
  ['contoso', 'fabrikam'],
  (onStage) => {
    describeFreeze(onStage, 0);
    describeOrganisation(onStage, 1);
  },
  MAILING,
);
