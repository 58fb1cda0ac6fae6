import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../../shared/http/text/en.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  confirmIn,
  fillSignIn,
  heading,
  open,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge, SHOTS, SIZES } from '../fixture/judge.ts';

const text = TEXT.en;
/** Every screen, as a person and as axe sees it. */
export function describeScreens(testContext: () => TestContext, adminIndex: number) {
  describe('the screen passes all checks', () => {
    let admin: SignedInAdmin;
    let page: Page;
    let userId: string;
    const tenant = () => admin.userName.split('@')[1] ?? '';
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      const people = [
        ['ana.silva', 'Ana Silva', ['salesAgent', 'adminAgent']],
        ['ben.okafor', 'Ben Okafor', ['helpdeskAgent']],
        ['chloe.tremblay', 'Chloé Tremblay', ['userManagementAdmin']],
        ['daniel.kim', 'Daniel Kim', ['billingAdmin', 'accountAdmin']],
        ['emil.novak', 'Emil Novák', ['globalAdmin']],
      ] as const;
      for (const [name, displayName, roles] of people) {
        const body = { userName: `${name}@${tenant()}`, displayName, roles };
        const made = await service.callChecked('POST', '/api/users', { token: admin.token, body });
        const { user, temporaryPassword } = made.body;
        if (name === 'ana.silva') userId = user.userId;
        if (name === 'ben.okafor' || name === 'chloe.tremblay') {
          await service.chooseOwnPassword(user.userName, temporaryPassword.value, goodPassword(4));
        }
        if (name === 'daniel.kim') {
          const path = `/api/users/${user.userId}`;
          await service.callChecked('PATCH', path, {
            token: admin.token,
            body: { status: 'disabled' },
          });
        }
      }
      const body = { displayName: 'Grace Adeyemi' };
      await service.callChecked('PATCH', `/api/users/${admin.userId}`, {
        token: admin.token,
        body,
      });
      ({ page } = await open(testContext()));
    });

    it('for sign-in', async () => {
      await page.goto('/');
      await heading(page, text.signIn.title);
      await judge(page, 'sign-in');
    });

    it('for a rejected sign-in', async () => {
      await fillSignIn(page, admin.userName, 'not the right one at all');
      await page.getByText(en.problem['invalid-credentials'].title).waitFor();
      await judge(page, 'sign-in-refused');
    });

    it('for a rejected new password', async () => {
      const { service } = testContext();
      const userName = `fatima.haddad@${tenant()}`;
      const { userId: id, temporaryPassword } = await service.addUser(admin.token, userName);
      const body = { displayName: 'Fatima Haddad' };
      await service.callChecked('PATCH', `/api/users/${id}`, { token: admin.token, body });
      await page.goto('/');
      await fillSignIn(page, userName, temporaryPassword);
      await heading(page, text.newPassword.title);
      await judge(page, 'new-password');
      await page.locator('#newPassword').fill('qwertyuiopasdfghjkl');
      await page.getByRole('button', { name: text.newPassword.submit }).click();
      await page.locator('#newPassword[aria-invalid=true]').waitFor();
      // Nothing is green beside the reasons, and the button comes before the reading matter.
      expect(await page.locator('.rules .met').count()).toBe(0);
      await page.locator('form:has(#newPassword) + .rules').waitFor();
      await judge(page, 'new-password-refused');
    });

    it('for user management', async () => {
      await signIn(page, admin.userName, admin.password);
      await page.getByRole('link', { name: 'Ana Silva' }).waitFor();
      await page.locator('.count-badge').first().waitFor();
      await judge(page, 'users');
    });

    it('for the person menu and the drawer', async () => {
      await page.locator('.person-button').click();
      await judge(page, 'dialog-person-menu');
      await page.keyboard.press('Escape');
      await page.setViewportSize(SIZES.phone);
      await page.locator('.menu-button').click();
      await page.screenshot({ path: `${SHOTS}/dialog-drawer-phone-light.png` });
      expect(await page.locator('.drawer').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await page.setViewportSize(SIZES.desktop);
    });

    it('for user management without a match', async () => {
      await page.getByRole('searchbox').fill('nobody');
      await page.getByText(text.users.none).waitFor();
      await judge(page, 'users-none');
    });

    it('for adding a user with missing members', async () => {
      await page.goto('/#/users/new');
      await heading(page, text.addUser.title);
      await page.getByRole('button', { name: text.addUser.submit }).click();
      await page.getByText(text.addUser.rolesMissing).waitFor();
      await judge(page, 'add-user');
    });

    it('for user details', async () => {
      await page.goto(`/#/users/${userId}`);
      await heading(page, 'Ana Silva');
      await page.getByText(text.events.type['user.created']).waitFor();
      await judge(page, 'user');
    });

    it('for the question before a reset', async () => {
      await button(text.user.reset).first().click();
      await page.getByRole('dialog').waitFor();
      await judge(page, 'dialog-reset');
    });

    it('for a temporary password, before and after it is forgotten', async () => {
      await confirmIn(page, text.user.reset);
      await page.locator('.secret-value').waitFor();
      await judge(page, 'temporary-password');
      await page.reload();
      await fillSignIn(page, admin.userName, admin.password);
      await heading(page, text.temporaryPassword.gone);
      await judge(page, 'temporary-password-gone');
    });

    it('for my profile', async () => {
      await page.goto('/#/profile');
      await heading(page, text.profile.title);
      await judge(page, 'profile');
    });

    it('for the activity log', async () => {
      await page.goto('/#/activity');
      await page.locator('.event-what').first().waitFor();
      await judge(page, 'activity');
    });

    it('for an outage, without network, and for an unknown page', async () => {
      await page.route(/\/api\/users/, (route) => route.abort());
      await page.goto('/#/users');
      await page.getByText(text.fault.unreachableTitle).waitFor();
      await judge(page, 'outage');
      await page.unroute(/\/api\/users/);
      await page.goto('/#/nowhere');
      await heading(page, text.shell.notFoundTitle);
      await page.context().setOffline(true);
      await page.getByText(text.shell.offline).waitFor();
      await judge(page, 'not-found-offline');
      await page.context().setOffline(false);
    });

    it('in French', async () => {
      await page.goto('/#/users');
      await page.getByLabel(text.language).selectOption('fr');
      await page.getByRole('link', { name: 'Ana Silva' }).waitFor();
      await judge(page, 'users-french');
      await page.goto('/#/profile');
      await heading(page, TEXT.fr.profile.title);
      await judge(page, 'profile-french');
    });
  });
}
