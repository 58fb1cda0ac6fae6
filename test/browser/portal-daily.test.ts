import { describePortal } from './fixture/portal.ts';
import { describeIdentity } from './suite/identity.ts';
import { describeLeaving } from './suite/leaving.ts';
import { describeRecovery } from './suite/recovery.ts';
import { describeSession } from './suite/session.ts';
import { describeWork } from './suite/work.ts';

/** The portal as an admin uses it all day. */

describePortal(['contoso', 'fabrikam', 'adatum', 'northwind', 'litware'], (onStage) => {
  describeIdentity(onStage, 0);
  describeLeaving(onStage, 1);
  describeRecovery(onStage, 2);
  describeSession(onStage, 3);
  describeWork(onStage, 4);
});
