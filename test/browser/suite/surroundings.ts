import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import type { Visit } from '../fixture/browser.ts';
import {
  fillSignIn,
  heading,
  loaded,
  open,
  resetByHand,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';
import { problem } from '../fixture/problem.ts';

const text = TEXT.en;
const TWO_DAYS_MS = 172_800_000;
/** The temporary password of the tests lives for a day. */
const IN_A_DAY = fill(text.inTime, { time: fill(text.duration.hours, { n: 24 }) });

/** Says what some virtual machines and VPNs say, though the service answers. */
async function claimOffline(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
  });
}

/** Does to the page what a translator does: each text becomes another element. */
function translate(page: Page): Promise<void> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (walker.nextNode()) found.push(walker.currentNode as Text);
    for (const node of found) {
      const isKept = node.parentElement?.closest('[translate="no"], script, style') !== null;
      if (isKept || node.data.trim() === '') continue;
      const font = document.createElement('font');
      font.textContent = `«${node.data.trim()}»`;
      node.replaceWith(font);
    }
  });
}

/** A browser that is not as a program would like it: its clock, its network, its translator. */
export function describeSurroundings(testContext: () => TestContext, adminIndex: number) {
  describe('a browser', () => {
    let admin: SignedInAdmin;
    let userId: string;
    let userName: string;
    let offline: Visit;

    const reset = async () => {
      const path = `/api/users/${userId}/password-reset`;
      const { body } = await testContext().service.callChecked('POST', path, {
        token: admin.token,
      });
      testContext().service.noteSecret(body.temporaryPassword.value);
      return body.temporaryPassword.value as string;
    };
    const submit = (page: Page, label: string) =>
      page.getByRole('button', { name: label, exact: true }).click();

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      userName = `mia@${admin.userName.split('@')[1]}`;
      ({ userId } = await service.addUser(admin.token, userName));
      offline = await open(testContext());
      await claimOffline(offline.context);
      await signIn(offline.page, admin.userName, admin.password);
    });

    it('that reports itself offline is served all the same', async () => {
      const { page } = offline;
      await heading(page, text.users.title);
      expect(await page.getByText(text.shell.offline).count()).toBe(0);
    });

    it('that reports itself offline explains a failure without an answer', async () => {
      const { page } = offline;
      await loaded(page);
      // No call has an answer: the summary of the list may be late, and would show a device online.
      await page.route('**/api/**', (route) => route.abort());
      await page.goto('/#/activity');
      await page.getByText(text.fault.offlineTitle, { exact: true }).waitFor();
      await page.getByText(text.shell.offline).waitFor();
      await page.unroute('**/api/**');
      await submit(page, text.action.tryAgain);
      await page.getByRole('table').waitFor();
      expect(await page.getByText(text.shell.offline).count()).toBe(0);
    });

    it.each([
      ['two days ahead', TWO_DAYS_MS],
      ['two days behind', -TWO_DAYS_MS],
    ])('whose clock is %s shows the times of the service', async (_, offsetMs) => {
      const { page } = await open(testContext());
      await page.clock.install({ time: Date.now() + offsetMs });
      const temporaryPassword = await reset();
      await signIn(page, admin.userName, admin.password);
      const row = page.getByRole('row').filter({ hasText: userName });
      await row.getByText(text.state.temporary, { exact: true }).waitFor();
      const left = fill(text.expiresIn, { time: fill(text.duration.hours, { n: 24 }) });
      await row.getByText(left).waitFor();
      await row.getByRole('link').click();
      await heading(page, 'mia');
      expect(await page.getByText(text.user.expiredText).count()).toBe(0);
      const shown = await resetByHand(page);
      testContext().service.noteSecret(shown);
      expect(shown).not.toBe(temporaryPassword);
      await page.locator('.expiry').getByText(IN_A_DAY).waitFor();

      await page.goto('/');
      await fillSignIn(page, userName, shown);
      await heading(page, text.newPassword.title);
      await page.getByText(fill(text.newPassword.expires, { when: IN_A_DAY })).waitFor();
    });

    it.each(['en', 'fr'] as const)(
      'shows in %s that a newer temporary password may be why a change failed',
      async (language) => {
        const { page } = await open(testContext(), { locale: language });
        const words = TEXT[language];
        const earlier = await reset();
        await page.goto('/');
        await fillSignIn(page, userName, earlier, words);
        await heading(page, words.newPassword.title);
        await reset();
        await page.locator('#newPassword').fill(goodPassword(7));
        await submit(page, words.newPassword.submit);
        await page.getByText(words.signIn.reason.changeExpired).waitFor();
        expect(words.signIn.reason.changeExpired).toMatch(/admin/);
        expect(await page.locator('#userName').inputValue()).toBe(userName);
        await page.locator('#password:focus').waitFor();
        // The longer texts; screen.ts judges the form in English.
        if (language === 'fr') await judge(page, 'change-superseded');
      },
    );

    it('sends a revealed password hidden, on all three forms', async () => {
      const { page } = await open(testContext());
      const types: (string | null)[] = [];
      const onSent = async (ids: readonly string[]) => {
        for (const id of ids) types.push(await page.locator(`#${id}`).getAttribute('type'));
      };
      const reveal = (id: string) =>
        page
          .locator('.affixed')
          .filter({ has: page.locator(`#${id}`) })
          .locator('.reveal')
          .click();
      const temporaryPassword = await reset();
      await page.route('**/api/sign-in', async (route) => {
        await onSent(['password']);
        await route.continue();
      });
      await page.goto('/');
      await page.locator('#userName').fill(userName);
      await page.locator('#password').fill(temporaryPassword);
      await reveal('password');
      expect(await page.locator('#password').getAttribute('type')).toBe('text');
      await submit(page, text.signIn.submit);
      await heading(page, text.newPassword.title);
      await page.route('**/api/me/password', async (route) => {
        const isSession = await page.locator('#currentPassword').count();
        await onSent(isSession > 0 ? ['currentPassword', 'newPassword'] : ['newPassword']);
        await route.continue();
      });
      await page.locator('#newPassword').fill(goodPassword(8));
      await reveal('newPassword');
      await submit(page, text.newPassword.submit);
      await heading(page, text.profile.title);
      await page.locator('#currentPassword').fill(goodPassword(8));
      await page.locator('#newPassword').fill(goodPassword(9));
      await reveal('currentPassword');
      await reveal('newPassword');
      await submit(page, text.profile.submit);
      await page.getByText(text.profile.changed).waitFor();
      expect(types).toEqual(['password', 'password', 'password', 'password']);
    });

    it('that translates the page leaves names, secrets and the countdown alone', async () => {
      const { page } = await open(testContext());
      await page.clock.install();
      await page.route('**/api/sign-in', problem('too-many-attempts', 429, 100));
      await page.goto('/');
      await translate(page);
      await page.locator('#userName').fill(admin.userName);
      await page.locator('#password').fill(admin.password);
      const button = page.locator('button[type=submit]');
      await button.click();
      await button.getByText('Try again in 1:').waitFor();
      await page.clock.fastForward(60_000);
      await button.getByText(/Try again in [23]\d s/).waitFor();
      await page.clock.fastForward(60_000);
      await page.unroute('**/api/sign-in');
      await button.click();
      await heading(page, text.users.title);
      const row = page.getByRole('row').filter({ hasText: userName });
      await row.getByRole('link').click();
      await heading(page, 'mia');
      const shown = await resetByHand(page);
      testContext().service.noteSecret(shown);
      await translate(page);
      expect((await page.locator('.secret-value').textContent())?.trim()).toBe(shown);
      await page.goto('/#/users');
      await heading(page, text.users.title);
      await row.getByRole('link').waitFor();
      await translate(page);
      expect((await row.getByRole('link').textContent())?.trim()).toBe('mia');
      expect(await row.locator('.person-id').textContent()).toBe(userName);
      const left = fill(text.expiresIn, { time: fill(text.duration.hours, { n: 24 }) });
      expect(await row.locator('.state-left').textContent()).toBe(left);
      expect(await page.locator('.tenant').textContent()).toContain(userName.split('@')[1]);
    });
  });
}
