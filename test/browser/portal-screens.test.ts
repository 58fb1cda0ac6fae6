import { describePortal } from './fixture/portal.ts';
import { describeDelivery } from './suite/delivery.ts';
import { describeKeyboard } from './suite/keyboard.ts';
import { describeScreens } from './suite/screen.ts';
import { describeTemporaryPassword } from './suite/temporary-password.ts';

/** The portal in a real browser: how it looks, reads and is used. The other half: portal-flows. */

describePortal(['woodgrove', 'contoso', 'fabrikam', 'adatum'], (onContext) => {
  describeKeyboard(onContext, 0);
  describeScreens(onContext, 1);
  describeTemporaryPassword(onContext, 2);
  describeDelivery(onContext, 3);
});
