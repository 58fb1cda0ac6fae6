import type { User } from '../../credential/user.ts';
import type { Principal } from '../../operation/authenticate.ts';
import type { IssuedTemporaryPassword } from '../../operation/issue-temporary-password.ts';
import type { AttemptsSeen } from '../../operation/read-user.ts';
import { entityTag } from '../../operation/target.ts';
import type { Answer, Services } from '../endpoint.ts';
import type { Catalogue } from '../text/en.ts';
import { viewAttempts, viewTemporaryPassword, viewUser } from '../view.ts';

interface UserAnswerParts {
  readonly services: Services;
  readonly principal: Principal;
  readonly user: User;
  readonly attempts?: AttemptsSeen | undefined;
}

/** Returns the view; callers who changed themselves are shown their new rights. */
function view({ services, principal, user, attempts }: UserAnswerParts) {
  const before = principal.user.value;
  const caller = before.userId === user.userId ? user : before;
  return {
    ...viewUser(user, caller, services.clock.now()),
    ...(attempts && { attempts: viewAttempts(attempts) }),
  };
}

/** Answers 200 with the user and its entity tag. */
export function userAnswer(parts: UserAnswerParts): Answer {
  return { status: 200, body: view(parts), headers: { ETag: entityTag(parts.user) } };
}

/** Answers with the user beside the temporary password, the one answer that ever holds it. */
export function temporaryPasswordAnswer(
  parts: UserAnswerParts & {
    readonly temporaryPassword: IssuedTemporaryPassword;
    readonly text: Catalogue;
  },
): Answer {
  const temporaryPassword = viewTemporaryPassword(parts.temporaryPassword, parts.text);
  return {
    status: 200,
    body: { user: view(parts), temporaryPassword },
    headers: { ETag: entityTag(parts.user) },
  };
}
