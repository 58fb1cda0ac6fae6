import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import type { Principal } from '../../shared/operation/authenticate.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { signOutUser } from '../../shared/operation/sign-out.ts';
import { unlockUser } from '../../shared/operation/unlock-user.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** CONTRACT.md: a promotion that comes between judgement and write is judged again. */

type Request = { readonly principal: Principal; readonly userId: UserId };

const WRITES: Readonly<Record<string, (on: Operations, request: Request) => Promise<unknown>>> = {
  edit: (on, request) =>
    updateUser(on.dependencies, { ...request, patch: { displayName: 'Taken' } }, on.context()),
  disable: (on, request) =>
    updateUser(on.dependencies, { ...request, patch: { status: 'disabled' } }, on.context()),
  delete: (on, request) => deleteUser(on.dependencies, request, on.context()),
  reset: (on, request) => resetPassword(on.dependencies, request, on.context()),
  unlock: (on, request) => unlockUser(on.dependencies, request, on.context()),
  'sign out': (on, request) => signOutUser(on.dependencies, request, on.context()),
};

let operations: Operations;
let globalAdmin: SignedInUser;
let userAdmin: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  globalAdmin = await operations.readyAdmin();
  const roles = ['userManagementAdmin'] as const;
  userAdmin = await operations.addReadyUser(globalAdmin, 'uma@contoso.example', roles);
});
afterAll(() => operations.stop());

/** The global admin changes the target right before the first write that reaches the store. */
function withChangeBefore(change: () => Promise<unknown>): Operations {
  const { accounts } = operations.dependencies;
  let isFirst = true;
  return operations.with({
    accounts: override(accounts, {
      commit: async (wanted) => {
        if (isFirst) {
          isFirst = false;
          await change();
        }
        return accounts.commit(wanted);
      },
    }),
  });
}

async function setUp() {
  made += 1;
  const target = await operations.addReadyUser(globalAdmin, `target-${made}@contoso.example`);
  const principal = await operations.sessionOf(userAdmin);
  const patchAs = async (patch: Parameters<typeof updateUser>[1]['patch']) =>
    updateUser(
      operations.dependencies,
      { principal: await operations.sessionOf(globalAdmin), userId: target.userId, patch },
      operations.context(),
    );
  return { target, request: { principal, userId: target.userId }, patchAs };
}

describe.each(Object.entries(WRITES))('the act to %s', (_name, write) => {
  it('is forbidden if the target becomes a global admin before the write', async () => {
    const { target, request, patchAs } = await setUp();
    const between = withChangeBefore(() => patchAs({ roles: ['globalAdmin'] }));
    expect(await outcomeText(write(between, request))).toBe('forbidden');
    const session = await operations.principal(target.token);
    expect(session.user.value).toMatchObject({ roles: ['globalAdmin'], status: 'active' });
    expect(session.user.value.displayName).not.toBe('Taken');
    expect((await operations.eventTypes(target.userName)).at(-1)).toBe('user.updated');
  });

  it('succeeds on the second try if the target is renamed before the write', async () => {
    const { request, patchAs } = await setUp();
    const between = withChangeBefore(() => patchAs({ email: 'new@mail.example' }));
    expect(['done', 'active', 'disabled']).toContain(await outcomeText(write(between, request)));
  });

  it('answers not-found if the target is deleted before the write', async () => {
    const { request } = await setUp();
    const principal = await operations.sessionOf(globalAdmin);
    const between = withChangeBefore(() =>
      deleteUser(operations.dependencies, { ...request, principal }, operations.context()),
    );
    expect(await outcomeText(write(between, request))).toBe('not-found');
  });
});
