import { describePortal } from './fixture/portal.ts';
import { describeIdentity } from './suite/identity.ts';
import { describeLeaving } from './suite/leaving.ts';
import { describeQueue } from './suite/queue.ts';
import { describeRecovery } from './suite/recovery.ts';
import { describeSession } from './suite/session.ts';
import { describeWork } from './suite/work.ts';

/** The portal as an admin uses it all day. */

const TENANTS = ['contoso', 'fabrikam', 'adatum', 'northwind', 'litware', 'tailspin'];

describePortal(TENANTS, (onContext) => {
  describeIdentity(onContext, 0);
  describeLeaving(onContext, 1);
  describeRecovery(onContext, 2);
  describeSession(onContext, 3);
  describeWork(onContext, 4);
  describeQueue(onContext, 5);
});
