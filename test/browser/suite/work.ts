import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import { heading, loaded, open, signIn, TEXT, type TestContext } from '../fixture/context.ts';
import { judge, SIZES } from '../fixture/judge.ts';

const text = TEXT.en;
/** More than a page. */
const PEOPLE = 52;
const NAME = 'Zora Zane';

/** The list as a queue of work, and the log as an answer to an auditor. */
export function describeWork(testContext: () => TestContext, adminIndex: number) {
  describe('the daily work', () => {
    let admin: SignedInAdmin;
    let page: Page;
    let deletedName: string;
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });
    const call = (method: string, path: string, body?: object) =>
      testContext().service.callChecked(method, path, { token: admin.token, body });
    const saved = async (press: () => Promise<void>) => {
      const [download] = await Promise.all([page.waitForEvent('download'), press()]);
      return readFile((await download.path()) ?? '', 'utf8');
    };

    beforeAll(async () => {
      admin = await testContext().service.readyAdmin(adminIndex);
      const tenant = admin.userName.split('@')[1];
      for (let n = 10; n < 10 + PEOPLE; n += 1) {
        const body = { userName: `user${n}@${tenant}`, displayName: `User ${n}` };
        await call('POST', '/api/users', { ...body, roles: ['salesAgent'] });
      }
      deletedName = `zora@${tenant}`;
      const made = await call('POST', '/api/users', {
        ...{ userName: deletedName, displayName: NAME, roles: ['salesAgent'] },
      });
      const path = `/api/users/${made.body.user.userId}`;
      await call('PATCH', path, { roles: ['globalAdmin'], displayName: `=${NAME}` });
      await call('DELETE', path);
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
      await loaded(page);
    });

    it('has tabs with counts, and a total', async () => {
      const total = `${PEOPLE + 1}`;
      const tabs = page.getByRole('navigation', { name: text.users.tabsLabel });
      await tabs.getByText(total, { exact: true }).waitFor();
      await page.getByText(fill(text.users.shownOf, { n: 50, total })).waitFor();
      await page.getByText(text.users.onlyAdmin).waitFor();
      await tabs.getByRole('link', { name: text.users.tabs.expiring }).click();
      await page.getByText(fill(text.users.shown.other, { n: PEOPLE })).waitFor();
      await tabs.getByRole('link', { name: text.users.tabs.locked }).click();
      await page.getByText(text.users.none).waitFor();
      expect(page.url()).toContain('credentialState=locked');
      await tabs.getByRole('link', { name: text.users.tabs.all }).click();
      await page.getByRole('link', { name: 'User 20' }).waitFor();
    });

    it('returns to where the list was left: rows, scroll and focus', async () => {
      await button(text.action.showMore).click();
      const link = page.getByRole('link', { name: 'User 61', exact: true });
      await link.click();
      await heading(page, 'User 61');
      await loaded(page);
      await page.locator('.back').click();
      await heading(page, text.users.title);
      await page.locator('.person-name a:focus').waitFor();
      expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(500);
      expect(await page.locator('tbody tr').count()).toBe(PEOPLE + 1);
    });

    it('finds a person by any word of the name, with or without accents', async () => {
      const tenant = admin.userName.split('@')[1];
      const body = { userName: `cb@${tenant}`, displayName: 'Hélène Lefèvre-Beaumont' };
      await call('POST', '/api/users', { ...body, roles: ['salesAgent'] });
      for (const word of ['LEFÈVRE helene', 'cb']) {
        await page.getByRole('searchbox').fill(word);
        await page.getByText(fill(text.users.shown.one, { n: 1 })).waitFor();
        await page.getByRole('link', { name: body.displayName }).waitFor();
        await page.getByRole('searchbox').fill('');
        await page.getByRole('link', { name: 'User 20' }).waitFor();
      }
      await page.getByRole('searchbox').fill('élo');
      await page.getByText(text.users.none).waitFor();
      await button(text.users.clear).click();
      await page.getByRole('link', { name: 'User 20' }).waitFor();
    });

    it('saves the list as a file', async () => {
      const csv = await saved(() => button(text.events.download).click());
      // The heading, a page of people, and the end of the last line.
      expect(csv.split('\r\n').length).toBe(52);
      expect(csv).toContain('User 20');
    });

    it('shows roles before and after, deleted people by name, seconds and UTC', async () => {
      await page.getByRole('link', { name: text.shell.activity }).click();
      await heading(page, text.activity.title);
      await loaded(page);
      const roles = { before: en.role.salesAgent.name, after: en.role.globalAdmin.name };
      await page.getByText(fill(text.events.rolesChanged, roles)).waitFor();
      const deleted = page
        .locator('.event-what')
        .getByText(text.events.type['user.deleted'], { exact: true });
      const row = page.getByRole('row').filter({ has: deleted });
      await row.getByText(fill(text.events.deletedNamed, { name: `=${NAME}` })).waitFor();
      await row.getByText(deletedName).waitFor();
      await row.getByText(/\d:\d\d:\d\d.* UTC/).waitFor();
      await row.getByText(text.events.more).click();
      await row.getByText(text.events.requestId).waitFor();
      await page.setViewportSize(SIZES.phone);
      const left = async (part: string) => (await row.locator(part).first().boundingBox())?.x;
      expect(await left('.person-id')).toBe(await left('td[data-label] a'));
      await judge(page, 'activity-details');
    });

    it('narrows the log by action, person and day, and saves what is shown', async () => {
      await page.getByLabel(text.events.what).selectOption('user.deleted');
      await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
      await page.getByLabel(text.events.who).selectOption(admin.userId);
      await page.getByLabel(text.activity.to).fill('2020-01-01');
      await page.getByText(text.events.none).waitFor();
      await page.getByLabel(text.activity.to).fill('');
      await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
      expect(page.url()).toContain('type=user.deleted');
      const csv = await saved(() => button(text.events.download).click());
      expect(csv).toContain(`'=${NAME}`);
      expect(csv.split('\r\n').length).toBe(3);
      await page.getByRole('link', { name: `=${NAME}` }).click();
      await heading(page, text.fault.goneTitle);
      await page.locator('.event-what').first().waitFor();
      await page
        .getByText(
          fill(text.events.rolesChanged, {
            before: en.role.salesAgent.name,
            after: en.role.globalAdmin.name,
          }),
        )
        .waitFor();
    });
  });
}
