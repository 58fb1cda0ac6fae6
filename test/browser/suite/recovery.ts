import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../../shared/http/text/en.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  heading,
  loaded,
  open,
  signIn,
  signInAnew,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { problem } from '../fixture/problem.ts';

const text = TEXT.en;

/** Loads that fail: what was asked for last is what is shown, and nothing stays broken. */
export function describeRecovery(testContext: () => TestContext, adminIndex: number) {
  describe('a load that fails', () => {
    let admin: SignedInAdmin;
    let page: Page;
    const search = () => page.getByRole('searchbox');

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      const tenant = admin.userName.split('@')[1];
      for (const name of ['elena', 'mia']) await service.addUser(admin.token, `${name}@${tenant}`);
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
      await page.getByRole('link', { name: 'elena' }).waitFor();
    });

    it('does not swallow the search that was typed while it was under way', async () => {
      let fail = () => {};
      const held = new Promise<void>((resolve) => {
        fail = resolve;
      });
      await page.route('**/api/users?*=mi&*', async (route) => {
        await held;
        await problem('dependency-unavailable', 503, 5)(route);
      });
      await search().fill('mi');
      await page.waitForRequest('**/api/users?*=mi&*');
      const next = page.waitForRequest('**/api/users?*=elena&*');
      await search().fill('elena');
      await page.waitForURL(/=elena/);
      fail();
      await next;
      await page.getByRole('link', { name: 'mia' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'elena' }).waitFor();
      expect(await page.locator('.notice.warning').count()).toBe(0);
      await page.unroute('**/api/users?*=mi&*');
    });

    it('leaves no rows of another search under the word that was typed', async () => {
      await page.route('**/api/users?*=mia&*', problem('dependency-unavailable', 503, 5));
      await search().fill('mia');
      await page.getByText(en.problem['dependency-unavailable'].title).waitFor();
      expect(await page.getByRole('row').count()).toBe(0);
      await page.unroute('**/api/users?*=mia&*');
      await page.getByRole('button', { name: text.action.tryAgain, exact: true }).click();
      await page.getByRole('link', { name: 'mia' }).waitFor();
    });

    it('says what is wrong with a query, and speaks of no marked field', async () => {
      const detail = 'This is too short or too long.';
      await page.route('**/api/users?*=el&*', (route) =>
        route.fulfill({
          status: 422,
          headers: { 'content-type': 'application/problem+json' },
          body: JSON.stringify({
            ...{ type: '/problems/validation', title: 'x', status: 422, detail: 'x' },
            ...{ instance: 'request-1', code: 'validation' },
            errors: [{ parameter: 'search', detail }],
          }),
        }),
      );
      await search().fill('el');
      await page.getByText(text.fault.queryTitle).waitFor();
      await page.getByText(detail).waitFor();
      expect(await page.getByText(text.fault.validationTitle).count()).toBe(0);
      await page.unroute('**/api/users?*=el&*');
      await search().fill('');
      await page.getByRole('link', { name: 'elena' }).waitFor();
    });

    it('is made again when the network is back', async () => {
      await page.goto('/#/profile');
      await heading(page, text.profile.title);
      await page.context().setOffline(true);
      await page.goto('/#/activity');
      await page.getByText(text.fault.offlineTitle, { exact: true }).waitFor();
      await page.context().setOffline(false);
      await page.getByRole('table').waitFor();
      expect(await page.getByText(text.shell.offline).count()).toBe(0);
    });

    it('names all people of a page without a call for each', async () => {
      await signInAnew(page, admin.userName, admin.password, '/#/profile');
      await heading(page, text.profile.title);
      const calls: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/api/users/')) calls.push(request.url());
      });
      await page.goto('/#/activity');
      await page.getByRole('link', { name: 'elena' }).waitFor();
      await page.getByRole('link', { name: 'mia' }).waitFor();
      expect(calls).toEqual([]);
    });

    it('does not leave a name out of the log for good', async () => {
      await page.clock.install();
      await signInAnew(page, admin.userName, admin.password, '/#/profile');
      await heading(page, text.profile.title);
      await page.route(/\/api\/users[/?]/, problem('dependency-unavailable', 503, 5));
      await page.goto('/#/activity');
      await page.getByRole('table').waitFor();
      await loaded(page);
      await page.getByRole('row').filter({ hasText: '…' }).first().waitFor();
      await page.unroute(/\/api\/users[/?]/);
      await page.clock.fastForward(30_000);
      await page.getByRole('link', { name: 'elena' }).waitFor();
    });
  });
}
