import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedInAdmin } from '../../fixture/service.ts';
import type { Visit } from '../fixture/browser.ts';
import {
  heading,
  loaded,
  open,
  signIn,
  signInAnew,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';

const text = TEXT.en;
const HOUR_MS = 3_600_000;

/** A session as people expect it: tabs share it, and its end costs nothing that was typed. */
export function describeSession(testContext: () => TestContext, adminIndex: number) {
  describe('a session', () => {
    let admin: SignedInAdmin;
    let visited: Visit;
    const press = (page: Page, label: string) =>
      page.getByRole('button', { name: label, exact: true }).click();
    const prove = async (page: Page) => {
      await page.getByRole('dialog').locator('#password').fill(admin.password);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };

    beforeAll(async () => {
      admin = await testContext().service.readyAdmin(adminIndex);
      visited = await open(testContext());
    });

    it('is handed to a new tab, and ends in all tabs at the sign-out', async () => {
      const { page, openTab } = visited;
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
      const tab = await openTab();
      await tab.goto('/#/activity');
      await heading(tab, text.activity.title);
      const kept = () =>
        tab.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
      expect(await kept()).toEqual(['portal-devices', 'portal-user-name']);
      await tab.locator('.person-button').click();
      await press(tab, text.shell.signOut);
      await tab.getByText(text.signIn.reason.signedOut).waitFor();
      await page.getByText(text.signIn.reason.signedOut).waitFor();
      await tab.close();
    });

    it('that a reload ended says why, and keeps the name', async () => {
      const { page } = visited;
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
      await page.reload();
      await page.getByText(text.signIn.reason.reloaded).waitFor();
      expect(await page.locator('#userName').inputValue()).toBe(admin.userName);
      await page.locator('#password:focus').waitFor();
      await judge(page, 'sign-in-reloaded');
    });

    it('is refreshed by a click on where one is, and by a button', async () => {
      const { page } = visited;
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
      await loaded(page);
      const first = page.waitForRequest('**/api/users?*');
      await page.getByRole('link', { name: text.shell.users }).click();
      await first;
      await loaded(page);
      const second = page.waitForRequest('**/api/users?*');
      await press(page, text.action.refresh);
      await second;
    });

    it('that was ended elsewhere loads what it could not, once the password is given', async () => {
      const { page } = visited;
      await signInAnew(page, admin.userName, admin.password, '/#/users');
      await heading(page, text.users.title);
      await loaded(page);
      await testContext().service.callChecked('POST', '/api/me/sign-out-everywhere', {
        token: admin.token,
      });
      const { body } = await testContext().service.signIn(admin.userName, admin.password);
      admin = { ...admin, token: body.accessToken };
      await page.getByRole('link', { name: text.shell.activity }).click();
      await page.getByText(text.signIn.reason.ended).waitFor();
      await prove(page);
      await page.getByRole('table').waitFor();
      await heading(page, text.activity.title);
    });

    it('warns two minutes before its end, and continues with the password', async () => {
      const { page } = visited;
      await page.clock.install();
      await signInAnew(page, admin.userName, admin.password, '/#/users/new');
      await heading(page, text.addUser.title);
      await page.locator('#displayName').fill('Half a name');
      await page.clock.fastForward(HOUR_MS - 119_000);
      await page.getByText(text.shell.endsSoon).waitFor();
      await judge(page, 'session-ends');
      await page.getByRole('button', { name: /^Enter password/ }).click();
      await page.getByText(text.signIn.reason.soon).waitFor();
      await prove(page);
      expect(await page.locator('#displayName').inputValue()).toBe('Half a name');
      expect(await page.getByText(text.shell.endsSoon).count()).toBe(0);
    });

    it('that expired continues over the screen with the password, and loses nothing', async () => {
      const { page, openTab } = await open(testContext());
      await page.clock.install();
      await signIn(page, admin.userName, admin.password, '/#/users/new');
      await heading(page, text.addUser.title);
      await page.locator('#displayName').fill('Half a name');
      const tab = await openTab();
      await tab.goto('/#/profile');
      await heading(tab, text.profile.title);
      await page.clock.fastForward(HOUR_MS + 1000);
      await page.getByText(text.signIn.reason.expired).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.locator('#password:focus').waitFor();
      await judge(page, 'dialog-session-expired');
      await page.getByRole('dialog').locator('#password').fill('not the right one at all');
      await page.keyboard.press('Enter');
      await page.locator('.dialog .notice.error').waitFor();
      await prove(page);
      expect(await page.locator('#displayName').inputValue()).toBe('Half a name');
      await heading(page, text.addUser.title);
    });
  });
}
