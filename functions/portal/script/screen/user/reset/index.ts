import type { User } from '../../../../client/index.ts';
import { shownName } from '../../../name.ts';
import { fill } from '../../../text.ts';
import type { UserContext } from '../context.ts';
import { ResetForm } from './form.ts';

/** Opens the question about a reset of this user, which issues a temporary password. */
export function askReset(screen: UserContext, user: User): void {
  const { app, remedy } = screen;
  const name = shownName(user);
  const form = new ResetForm(app, user);
  const text = () => app.translator.text;
  app.confirmation.ask({
    title: () => fill(text().confirm.resetTitle, { name }),
    subject: { name, userName: user.userName },
    text: () => text().confirm.resetText,
    effects: () => {
      const { confirm } = text();
      return [
        ...(user.status === 'disabled' ? [confirm.resetDisabled] : []),
        ...(user.credential.isFrozen ? [confirm.resetFrozen] : []),
        fill(confirm.resetOld, { name }),
        fill(confirm.resetSessions, { name }),
        form.isSplit ? confirm.resetSplit : confirm.resetShown,
      ];
    },
    action: () => text().user.reset,
    isDanger: true,
    form,
    remedy,
    work: async () => {
      const { body } = await app.api.call('POST /api/users/{userId}/password-reset', {
        path: { userId: screen.userId },
        ifMatch: screen.etag,
        body: form.terms,
        idempotencyKey: form.idempotencyKey,
      });
      app.showTemporaryPassword({ ...body, context: 'reset' });
    },
  });
}
