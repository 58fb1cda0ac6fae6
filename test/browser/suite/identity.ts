import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  confirmIn,
  heading,
  loaded,
  open,
  resetByHand,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';

const text = TEXT.en;
const NAME = 'Julie Martin';

/** Two people of one name, and what each act says about whose account it is. */
export function describeIdentity(testContext: () => TestContext, adminIndex: number) {
  describe('a person', () => {
    let admin: SignedInAdmin;
    let page: Page;
    let userId: string;
    let userName: string;
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });
    const call = (method: string, path: string, body?: object) =>
      testContext().service.callChecked(method, path, { token: admin.token, body });
    const openUser = async (id: string, name: string) => {
      await page.goto(`/#/users/${id}`);
      await heading(page, name);
      await loaded(page);
    };

    beforeAll(async () => {
      admin = await testContext().service.readyAdmin(adminIndex);
      const tenant = admin.userName.split('@')[1];
      userName = `julie.martin2@${tenant}`;
      for (const name of [`julie.martin@${tenant}`, userName]) {
        const body = { userName: name, displayName: NAME, roles: ['salesAgent'], locale: 'fr-CA' };
        userId = (await call('POST', '/api/users', body)).body.user.userId;
      }
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
    });

    it('is offered the reset on the first screen of its page, and again at the bottom', async () => {
      await openUser(userId, NAME);
      const buttons = button(text.user.reset);
      expect(await buttons.count()).toBe(2);
      const first = await buttons.first().boundingBox();
      expect((first?.y ?? 1000) + (first?.height ?? 0)).toBeLessThan(400);
      const commands = page.getByRole('group', { name: text.user.actions });
      await expect
        .poll(() => commands.getByRole('button').first().textContent())
        .toContain(text.user.reset);
    });

    it.each(['reset', 'endSessions', 'disable', 'delete'] as const)(
      'is named by the user name in the question before: %s',
      async (action) => {
        await button(text.user[action]).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText(userName, { exact: true }).waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
      },
    );

    it('is named with user name and portal address beside the temporary password', async () => {
      const secret = await resetByHand(page);
      testContext().service.noteSecret(secret);
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      const copies = [
        [text.temporaryPassword.copyUserName, userName],
        [text.temporaryPassword.copyAddress, `${testContext().service.origin}/`],
      ] as const;
      for (const [label, value] of copies) {
        await button(label).click();
        await expect.poll(copied).toBe(value);
      }
      await page
        .locator('.expiry')
        .getByText(/UTC|GMT/)
        .waitFor();
      await judge(page, 'temporary-password-named');
    });

    it('gets a message in its own language, with the password or with the user name', async () => {
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      const secret = (await page.locator('.secret-value').textContent())?.trim() ?? '';
      await button(text.temporaryPassword.copyMessage).click();
      await expect.poll(copied).toContain(secret);
      expect(await copied()).toContain(`${testContext().service.origin}/`);
      expect(await copied()).toContain(TEXT.fr.message.unexpected);
      expect(await copied()).not.toContain(userName);
      await button(text.temporaryPassword.copyMessageWithout).click();
      await expect.poll(copied).toContain(userName);
      expect(await copied()).not.toContain(secret);
    });

    it('is on a printed slip alone, without the frame of the page', async () => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.slip').isVisible()).toBe(true);
      expect(await page.locator('.top-bar').isVisible()).toBe(false);
      expect(await page.locator('.card').isVisible()).toBe(false);
      await page.emulateMedia({ media: 'screen' });
      expect(await page.locator('.slip').isVisible()).toBe(false);
    });

    it('is named by the user name in what is said afterwards', async () => {
      await page.getByRole('link', { name: text.temporaryPassword.done }).click();
      await heading(page, NAME);
      await button(text.user.disable).click();
      await confirmIn(page, text.user.disable);
      const bar = page.locator('.notice.success');
      await bar.getByText(fill(text.user.disabled, { name: NAME })).waitFor();
      await bar.getByText(userName, { exact: true }).waitFor();
    });

    it('whose account is disabled is not given a password without a warning', async () => {
      await page.getByText(fill(text.user.disabledText, { name: NAME })).waitFor();
      await button(text.user.reset).first().click();
      await page.getByText(text.confirm.resetDisabled).waitFor();
      await confirmIn(page, text.user.reset);
      await page.locator('.secret-value').waitFor();
      await page.getByText(fill(text.user.disabledText, { name: NAME })).waitFor();
      await judge(page, 'temporary-password-disabled');
      await button(text.user.enableNow).click();
      const warning = page.getByText(fill(text.user.disabledText, { name: NAME }));
      await warning.waitFor({ state: 'detached' });
      const { body } = await call('GET', `/api/users/${userId}`);
      expect(body.status).toBe('active');
      await button(text.temporaryPassword.copy).click();
    });

    it('confirms in other words that an admin disables or deletes its own account', async () => {
      const { service } = testContext();
      const tenant = admin.userName.split('@')[1];
      const second = await service.addReadyUser(admin.token, `second@${tenant}`, ['globalAdmin']);
      const { page: own } = await open(testContext());
      await signIn(own, second.userName, second.password, `/#/users/${second.userId}`);
      await heading(own, 'second');
      const press = (label: string) =>
        own.getByRole('button', { name: label, exact: true }).click();
      await press(text.user.disable);
      await own.getByText(text.confirm.disableSelfText).waitFor();
      await own.keyboard.press('Escape');
      await press(text.user.delete);
      await own.getByText(text.confirm.deleteSelfText).waitFor();
      await judge(own, 'dialog-delete-self');
      await confirmIn(own, text.confirm.delete);
      await own.getByText(text.confirm.typedWrong).waitFor();
      await own.locator('#typed').fill(second.userName);
      await confirmIn(own, text.confirm.delete);
      await own.getByText(text.signIn.reason.selfDeleted).waitFor();
      expect(await own.locator('#userName').inputValue()).toBe('');
      const again = await service.signIn(second.userName, goodPassword(2));
      expect(again.body.code).toBe('invalid-credentials');
    });
  });
}
