import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import { type SignedInAdmin, startService } from '../../fixture/service.ts';
import { visit } from '../fixture/browser.ts';
import {
  confirmIn,
  fillSignIn,
  heading,
  loaded,
  open,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';
import { problem } from '../fixture/problem.ts';

const text = TEXT.en;
const WAIT_SECONDS = 100;

/** Checks faults of real life: each explained in plain words, with the next step. */
export function describeErrors(testContext: () => TestContext, adminIndex: number) {
  describe('the portal in an error', () => {
    let admin: SignedInAdmin;
    let userId: string;
    let page: Page;

    const button = (label: string) => page.getByRole('button', { name: label, exact: true });
    const confirm = (label: string) => confirmIn(page, label);
    const call = (method: string, path: string, body?: object) =>
      testContext().service.callChecked(method, path, { token: admin.token, body });
    const tenant = () => admin.userName.split('@')[1] ?? '';
    const openUser = async () => {
      await page.goto('/#/activity');
      await heading(page, text.activity.title);
      await loaded(page);
      await page.goto(`/#/users/${userId}`);
      await heading(page, 'mia');
      await loaded(page);
    };

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      ({ userId } = await service.addUser(admin.token, `mia@${tenant()}`));
      ({ page } = await open(testContext()));
    });

    it('counts down after too many wrong passwords, for that name alone', async () => {
      const { page: early } = await open(testContext());
      // The real wait could be over before a busy machine comes to look.
      await early.clock.install();
      await early.route('**/api/sign-in', problem('too-many-attempts', 429, WAIT_SECONDS));
      await early.goto('/');
      await fillSignIn(early, admin.userName, admin.password);
      await early.getByText(text.fault.waitTitle).waitFor();
      await early.getByText(text.signIn.waitNext).waitFor();
      const wait = early.getByRole('button', { name: /Try again in 1:\d\d/ });
      await wait.waitFor();
      expect(await wait.getAttribute('aria-disabled')).toBe('true');
      const name = early.getByLabel(text.signIn.userName, { exact: true });
      const submit = early.getByRole('button', { name: text.signIn.submit, exact: true });
      await name.fill(`another@${tenant()}`);
      await submit.waitFor();
      await early.getByText(text.fault.waitTitle).waitFor({ state: 'detached' });
      await name.fill(admin.userName);
      await wait.waitFor();
      await early.getByText(text.fault.waitTitle).waitFor();
      await early.clock.fastForward(WAIT_SECONDS * 1000);
      await early.getByText(text.fault.waitOver).waitFor();
      await early.unroute('**/api/sign-in');
      await submit.click();
      await heading(early, text.users.title);
    });

    it('keeps the typed user name after a wrong password', async () => {
      await page.goto('/');
      await fillSignIn(page, admin.userName, 'not the right one at all');
      await page.getByText(en.problem['invalid-credentials'].title).waitFor();
      expect(await page.locator('#userName').inputValue()).toBe(admin.userName);
      await page.locator('#password').fill(admin.password);
      await button(text.signIn.submit).click();
      await heading(page, text.users.title);
    });

    it('shows an outage with a button to try again', async () => {
      await page.goto('/#/activity');
      await heading(page, text.activity.title);
      await page.route('**/api/users?*', problem('dependency-unavailable', 503, 5));
      await page.goto('/#/users');
      await page.getByText(en.problem['dependency-unavailable'].title).waitFor();
      await page.unroute('**/api/users?*');
      await button(text.action.tryAgain).click();
      await page.getByRole('link', { name: 'mia' }).waitFor();
    });

    it('shows progress while an answer is slow', async () => {
      await openUser();
      await page.route('**/api/users?*', async (route) => {
        await page.locator('.progress:not([hidden])').waitFor();
        await route.continue();
      });
      const answered = page.waitForResponse('**/api/users?*');
      await page.goto('/#/users');
      await page.getByRole('link', { name: 'mia' }).waitFor();
      await answered;
      await page.unroute('**/api/users?*');
    });

    it('shows that the network is gone, and continues when it is back', async () => {
      await openUser();
      await page.context().setOffline(true);
      await button(text.user.endSessions).click();
      await confirm(text.user.endSessions);
      await page.getByText(text.fault.offlineTitle, { exact: true }).waitFor();
      await page.getByText(text.shell.offline).waitFor();
      await page.context().setOffline(false);
      await confirm(text.user.endSessions);
      await page.getByText(fill(text.user.sessionsEnded, { name: 'mia' })).waitFor();
      expect(await page.getByText(text.shell.offline).count()).toBe(0);
    });

    it('shows the request id if the service has a defect', async () => {
      await openUser();
      const address = `**/api/users/${userId}/sign-out`;
      await page.route(address, problem('internal-error', 500));
      await button(text.user.endSessions).click();
      await confirm(text.user.endSessions);
      await page.getByText(fill(text.fault.reference, { id: 'request-4711' })).waitFor();
      await page.unroute(address);
      await page.keyboard.press('Escape');
    });

    it('shows that another admin was faster, and loads the current version', async () => {
      await openUser();
      await call('PATCH', `/api/users/${userId}`, { email: 'mia@mail.example' });
      await page.getByLabel(text.user.displayName).fill('Mia M');
      await button(text.user.saveProfile).click();
      await page.getByText(en.problem['precondition-failed'].title).waitFor();
      await button(text.action.reload).click();
      await expect.poll(() => page.locator('#email').inputValue()).toBe('mia@mail.example');
      expect(await page.locator('#displayName').inputValue()).toBe('Mia M');
      await button(text.user.saveProfile).click();
      await page.getByText(text.user.saved, { exact: true }).waitFor();
      const { body } = await call('GET', `/api/users/${userId}`);
      expect(body).toMatchObject({ displayName: 'Mia M', email: 'mia@mail.example' });
      await call('PATCH', `/api/users/${userId}`, { displayName: 'mia' });
    });

    it('keeps a dialog that was reopened before its close event', async () => {
      // Escape, then Enter: the second question was lost when the event of the first's closing
      // came after it.
      await openUser();
      await button(text.user.reset).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await page.evaluate((label) => {
        document.querySelector('dialog')?.close();
        const buttons = [...document.querySelectorAll('main button:not(dialog button)')];
        const reset = buttons.find((each) => each.textContent?.trim() === label);
        (reset as HTMLButtonElement).click();
      }, text.user.reset);
      // Later than any event of the closing.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
      expect(await dialog.isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    it('offers to try again after a conflict', async () => {
      await openUser();
      const address = `**/api/users/${userId}/password-reset`;
      await page.route(address, problem('conflict', 409, 1));
      await button(text.user.reset).first().click();
      await confirm(text.user.reset);
      await page.getByText(en.problem.conflict.title).waitFor();
      await page.unroute(address);
      await page.keyboard.press('Escape');
    });

    it('rejects disabling the last global admin and explains the missing reset', async () => {
      await page.goto(`/#/users/${admin.userId}`);
      await heading(page, 'admin');
      await page.getByText(text.user.resetSelf).waitFor();
      expect(await button(text.user.reset).count()).toBe(0);
      await button(text.user.disable).click();
      await confirm(text.user.disable);
      await page.getByText(en.problem['last-global-admin'].title).waitFor();
      await page.keyboard.press('Escape');
    });

    it('marks the field that the service rejects', async () => {
      await page.goto('/#/users/new');
      await page.locator('#userName').fill('mia');
      await page.locator('#displayName').fill('Mia');
      await page.locator('#email').fill('no address');
      await page.getByLabel(en.role.salesAgent.name).check();
      await button(text.addUser.submit).click();
      await page.locator('#email[aria-invalid=true]:focus').waitFor();
      await page.locator('#email').fill('');
      await button(text.addUser.submit).click();
      await page.getByText(en.problem['user-name-taken'].title).waitFor();
    });

    it('adds a user once if the first answer was lost, and warns that the user may exist', async () => {
      await page.goto('/#/users');
      await confirm(text.confirm.leave);
      await page.goto('/#/users/new');
      await page.route('**/api/users', async (route) => {
        await route.fetch();
        await problem('dependency-unavailable', 503, 5)(route);
      });
      await page.locator('#userName').fill('noa');
      await page.locator('#displayName').fill('Noa');
      await page.getByLabel(en.role.salesAgent.name).check();
      await button(text.addUser.submit).click();
      await page.getByText(en.problem['dependency-unavailable'].title).waitFor();
      await page.unroute('**/api/users');
      await button(text.addUser.submit).click();
      await page.getByText(text.addUser.doneTitle).waitFor();
      // Another body is another decision, and the name is taken by the first one.
      await page.locator('#displayName').fill('Noa B');
      await button(text.addUser.submit).click();
      await page.getByText(text.addUser.maybeAdded).waitFor();
      await page.goto('/#/profile');
      await confirm(text.confirm.leave);
      await heading(page, text.profile.title);
    });

    it('offers more pages, ends waits, and offers only a reset for a lock', async () => {
      const { body: user } = await call('GET', `/api/users/${userId}`);
      await page.route('**/api/users?*', (route) => {
        const isFirst = !route.request().url().includes('after=');
        const items = isFirst ? [user] : [{ ...user, userId: 'second', displayName: 'Second' }];
        return route.fulfill({ json: { items, ...(isFirst && { next: 'cursor' }) } });
      });
      // Without the summary there is no total, now or later.
      await page.route('**/api/users/summary', problem('dependency-unavailable', 503, 5));
      await page.goto('/#/users');
      await page.getByText(fill(text.users.shownMore.one, { n: 1 })).waitFor();
      await judge(page, 'users-more');
      await button(text.action.showMore).click();
      await page.getByRole('link', { name: 'Second' }).waitFor();
      await page.locator('.person-name a:focus').waitFor();
      await page.unroute('**/api/users?*');
      await page.unroute('**/api/users/summary');
      const since = new Date(Date.now() - 3_600_000).toISOString();
      const waitUntil = new Date(Date.now() + 899_000).toISOString();
      const attempts = { since, failures: 40, networks: 12, waitUntil };
      let seen: object = { ...user, attempts };
      await page.route(`**/api/users/${userId}`, (route) => route.fulfill({ json: seen }));
      await openUser();
      await page.getByText(fill(text.user.goesOnTitle, { name: 'mia' })).waitFor();
      await page.getByText(fill(text.user.attemptsNetworks.other, { n: 12 })).waitFor();
      await button(text.user.unlock).click();
      await page.getByText(fill(text.confirm.unlockGoesOn, { name: 'mia' })).waitFor();
      seen = { ...user, attempts: { since, failures: 40, networks: 12 } };
      await confirm(text.user.unlock);
      await page.getByText(fill(text.user.unlocked, { name: 'mia' })).waitFor();
      expect(await button(text.user.unlock).count()).toBe(0);
      seen = { ...user, credential: { ...user.credential, state: 'locked' } };
      await page.goto('/#/users');
      await openUser();
      await page.getByText(fill(text.user.lockedText, { name: 'mia' })).waitFor();
      expect(await button(text.user.unlock).count()).toBe(0);
      expect(await button(text.user.reset).count()).toBe(3);
      await page.unroute(`**/api/users/${userId}`);
    });

    it('returns to the page after the session was ended elsewhere', async () => {
      await openUser();
      await call('POST', '/api/me/sign-out-everywhere');
      const { body } = await testContext().service.signIn(admin.userName, admin.password);
      admin = { ...admin, token: body.accessToken };
      await button(text.user.endSessions).click();
      await confirm(text.user.endSessions);
      await page.getByText(text.signIn.reason.ended).waitFor();
      await page.locator('#password').fill(admin.password);
      await button(text.signIn.submit).click();
      await heading(page, 'mia');
      // The question of before is still there.
      await confirm(text.user.endSessions);
      await page.getByText(fill(text.user.sessionsEnded, { name: 'mia' })).waitFor();
    });

    it('continues in the other tab after a password change in this one', async () => {
      const { openTab } = testContext().visits.find((one) => one.page === page) ?? {};
      const tab = await openTab?.();
      if (tab === undefined) throw new Error('the visit is gone');
      await tab.goto('/#/profile');
      await tab.locator('#currentPassword').fill(admin.password);
      const password = 'harbour pencil sunday 5';
      testContext().service.noteSecret(password);
      await tab.locator('#newPassword').fill(password);
      await tab.getByRole('button', { name: text.profile.submit }).click();
      await tab.getByText(text.profile.changed).waitFor();
      await page.getByRole('link', { name: text.shell.activity }).click();
      await heading(page, text.activity.title);
      await page.getByRole('table').waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
      await tab.close();
      const { body } = await testContext().service.signIn(admin.userName, password);
      admin = { ...admin, token: body.accessToken, password };
    });

    it('explains which acts are not allowed, and why', async () => {
      const { service } = testContext();
      const keeper = await service.addReadyUser(admin.token, `keeper@${tenant()}`, [
        'userManagementAdmin',
      ]);
      const { page: other } = await open(testContext());
      await signIn(other, keeper.userName, keeper.password, `/#/users/${admin.userId}`);
      await other.getByText(text.user.resetRank).waitFor();
      await judge(other, 'user-read-only');
      await call('PATCH', `/api/users/${keeper.userId}`, { roles: ['salesAgent'] });
      await other.goto('/#/users');
      // What is offered follows the roles, as soon as the service has refused something.
      await heading(other, text.shell.notAllowedTitle);
      expect(await other.getByRole('link', { name: text.shell.users }).count()).toBe(0);
      await judge(other, 'not-allowed');
      await call('PATCH', `/api/users/${keeper.userId}`, { roles: ['userManagementAdmin'] });
      await other.goto('/#/profile');
      await heading(other, text.profile.title);
      await other.getByRole('link', { name: text.shell.users }).waitFor();
      await other.goto('/#/users');
      await heading(other, text.users.title);
      await call('PATCH', `/api/users/${keeper.userId}`, { status: 'disabled' });
      await other.goto('/#/activity');
      await other.getByText(text.signIn.reason.ended).waitFor();
    });

    it('explains how to continue if setting the new password took too long', async () => {
      const brief = await startService({ env: { CHANGE_TOKEN_TTL_SECONDS: '1' } });
      const { page: late, complaints, close } = await visit(testContext().browser, brief.origin);
      const [first] = brief.admins;
      const { userName = '', temporaryPassword = '' } = first ?? {};
      await late.goto('/');
      const signedIn = late.waitForResponse((response) => response.url().endsWith('sign-in'));
      await fillSignIn(late, userName, temporaryPassword);
      const { changeToken: token } = await (await signedIn).json();
      await heading(late, text.newPassword.title);
      await brief.passTime(1000);
      const body = { newPassword: '' };
      const answer = await brief.callChecked('POST', '/api/me/password', { token, body });
      expect(answer.body.code).toBe('invalid-token');
      await late.locator('#newPassword').fill('harbour pencil sunday 5');
      await late.getByRole('button', { name: text.newPassword.submit }).click();
      await late.getByText(text.signIn.reason.changeExpired).waitFor();
      expect(complaints).toEqual([]);
      await close();
      await brief.stopAndAssertNoLeaks();
    });

    it('explains how to continue if a temporary password has expired', async () => {
      const brief = await startService({ env: { TEMPORARY_PASSWORD_TTL_SECONDS: '1' } });
      const { page: late, complaints, close } = await visit(testContext().browser, brief.origin);
      const [first] = brief.admins;
      const { userName = '', temporaryPassword = '' } = first ?? {};
      await brief.passTime(1000);
      await late.goto('/');
      await fillSignIn(late, userName, temporaryPassword);
      await late.getByText(en.problem['temporary-password-expired'].title).waitFor();
      await late.getByText(text.signIn.expiredNext).waitFor();
      await judge(late, 'sign-in-expired');
      expect(complaints).toEqual([]);
      await close();
      await brief.stopAndAssertNoLeaks();
    });
  });
}
