import { describePortal } from './fixture/portal.ts';
import { describeIdentity } from './suite/identity.ts';
import { describeLeaving } from './suite/leaving.ts';
import { describeQueue } from './suite/queue.ts';
import { describeRecovery } from './suite/recovery.ts';
import { describeSession } from './suite/session.ts';
import { describeWork } from './suite/work.ts';

/** The portal as an admin uses it all day. */

const TENANTS = ['contoso', 'fabrikam', 'adatum', 'northwind', 'litware', 'tailspin'];

describePortal(TENANTS, (onStage) => {
  describeIdentity(onStage, 0);
  describeLeaving(onStage, 1);
  describeRecovery(onStage, 2);
  describeSession(onStage, 3);
  describeWork(onStage, 4);
  describeQueue(onStage, 5);
});
