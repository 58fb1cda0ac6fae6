import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../../functions/portal/client/index.ts';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import { heading, open, signIn, signInAnew, TEXT, type TestContext } from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';
import { problem } from '../fixture/problem.ts';

const text = TEXT.en;
const WAIT_SECONDS = 90;
/** The longest name, in one word. */
const LONGEST = 'Donaudampfschifffahrtselektrizitäten'.repeat(4).slice(0, 120);

const PEOPLE = {
  longest: { displayName: LONGEST, roles: ROLES },
  hebrew: { displayName: 'דנה לוי', roles: ['salesAgent'] },
  turned: { displayName: 'Ann \u202eecilA nimda', roles: ['salesAgent'] },
  blank: { displayName: ' ', roles: ['salesAgent'] },
  markup: { displayName: '<img src=x onerror=alert(1)>', roles: ['salesAgent'] },
  locale: { displayName: 'Lou', roles: ['salesAgent'], locale: 'de-DE-u-co-phonebk' },
} as const;

/** People, events and moments that are rare, and must look no worse for it. */
export function describeUnusual(testContext: () => TestContext, adminIndex: number) {
  describe('the portal', () => {
    let admin: SignedInAdmin;
    let page: Page;
    const ids: Record<string, string> = {};
    const tenant = () => admin.userName.split('@')[1] ?? '';
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });
    const call = (method: string, path: string, body?: object) =>
      testContext().service.callChecked(method, path, { token: admin.token, body });
    const openUser = async (name: keyof typeof PEOPLE, shown: string) => {
      await page.goto(`/#/users/${ids[name]}`);
      await heading(page, shown);
      await button(text.user.reset).first().waitFor();
    };

    beforeAll(async () => {
      admin = await testContext().service.readyAdmin(adminIndex);
      for (const [name, rest] of Object.entries(PEOPLE)) {
        const body = { userName: `${name}@${tenant()}`, ...rest };
        ids[name] = (await call('POST', '/api/users', body)).body.user.userId;
      }
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
    });

    it('lists names of every kind, each as a visible link', async () => {
      await page.getByRole('link', { name: LONGEST }).waitFor();
      await page.getByRole('link', { name: `blank@${tenant()}`, exact: true }).waitFor();
      await page.getByRole('link', { name: PEOPLE.markup.displayName }).waitFor();
      await page.getByText(text.users.onlyAdmin).waitFor();
      await judge(page, 'users-unusual');
    });

    it('shows the longest name with all roles', async () => {
      await openUser('longest', LONGEST);
      await judge(page, 'user-longest');
    });

    it('shows a reversing, a right-to-left and a blank name in order', async () => {
      await openUser('turned', 'Ann ecilA nimda');
      await page.getByText(fill(text.user.resetText, { name: 'Ann ecilA nimda' })).waitFor();
      const { displayName: name } = PEOPLE.hebrew;
      await openUser('hebrew', name);
      await page.getByText(fill(text.user.resetText, { name })).waitFor();
      await openUser('blank', `blank@${tenant()}`);
    });

    it('shows a locale without a name in any language', async () => {
      await openUser('locale', PEOPLE.locale.displayName);
      expect(await page.locator('#locale').inputValue()).toBe(PEOPLE.locale.locale);
    });

    it('shows an event type of a newer service', async () => {
      const { body } = await call('GET', '/api/events?limit=1');
      const [event] = body.items;
      await page.route('**/api/events?*', (route) =>
        route.fulfill({ json: { items: [{ ...event, type: 'user.promoted' }] } }),
      );
      await page.goto('/#/activity');
      await page.locator('.event-what').getByText('user.promoted').waitFor();
      await page.unroute('**/api/events?*');
    });

    it('shows a slow list in the place of its outline', async () => {
      await page.goto('/#/profile');
      await heading(page, text.profile.title);
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const path = /\/api\/users(\?|\/summary)/;
      await page.route(path, async (route) => {
        await held;
        await route.continue();
      });
      await page.goto('/#/users?status=active');
      const outline = await page.locator('.skeleton').boundingBox();
      release();
      await page.getByRole('link', { name: LONGEST }).waitFor();
      await page.getByText(text.users.onlyAdmin).waitFor();
      await page.locator('.count-badge').first().waitFor();
      const list = await page.locator('.table-frame').boundingBox();
      expect(list?.y).toBe(outline?.y);
      expect(list?.x).toBe(outline?.x);
      await page.unroute(path);
    });

    it('keeps filters on the way back from a user', async () => {
      await page.getByRole('searchbox').fill('he');
      await page.getByText(fill(text.users.shown.one, { n: 1 })).waitFor();
      await page.getByRole('link', { name: PEOPLE.hebrew.displayName }).click();
      await heading(page, PEOPLE.hebrew.displayName);
      await page.locator('.back').click();
      await heading(page, text.users.title);
      expect(await page.getByRole('searchbox').inputValue()).toBe('he');
      await page.getByText(fill(text.users.shown.one, { n: 1 })).waitFor();
    });

    it('writes a message into a live region that was there before', async () => {
      await openUser('locale', PEOPLE.locale.displayName);
      const form = page.locator('form').filter({ has: page.locator('#displayName') });
      const region = await form.locator('.notice-place').elementHandle();
      expect(await region?.getAttribute('aria-live')).toBe('polite');
      expect((await region?.textContent())?.trim()).toBe('');
      await button(text.user.saveProfile).click();
      await page.getByText(text.user.saved, { exact: true }).waitFor();
      expect((await region?.textContent())?.trim()).toBe(text.user.saved);
    });

    it('shows a form that another admin has changed meanwhile', async () => {
      await call('PATCH', `/api/users/${ids.locale}`, { email: 'lou@mail.example' });
      await button(text.user.saveProfile).click();
      await page.getByText(en.problem['precondition-failed'].title).waitFor();
      await judge(page, 'user-conflict');
    });

    it('shows that a user is gone', async () => {
      await page.goto('/#/users/0123456789abcdefghjkmnpqrs');
      await heading(page, text.fault.goneTitle);
      await judge(page, 'user-gone');
    });

    it('counts down while a list has to wait, then offers to continue', async () => {
      await page.clock.install();
      await signInAnew(page, admin.userName, admin.password, '/#/profile');
      await heading(page, text.profile.title);
      await page.route('**/api/users?*', problem('too-many-attempts', 429, WAIT_SECONDS));
      await page.goto('/#/users');
      const wait = page.getByRole('button', { name: /Try again in 1:\d\d/ });
      await wait.waitFor();
      expect(await wait.getAttribute('aria-disabled')).toBe('true');
      await page.unroute('**/api/users?*');
      await page.clock.fastForward(WAIT_SECONDS * 1000);
      await page.getByText(text.fault.waitOver).waitFor();
      await page.getByRole('button', { name: text.action.tryAgain, exact: true }).click();
      await page.getByRole('link', { name: LONGEST }).waitFor();
    });

    it('shows the password field over the screen after a session ended elsewhere', async () => {
      await call('POST', '/api/me/sign-out-everywhere');
      await page.goto('/#/activity');
      await page.getByText(text.signIn.reason.ended).waitFor();
      await page.locator('#password:focus').waitFor();
      await judge(page, 'dialog-session-ended');
    });
  });
}
