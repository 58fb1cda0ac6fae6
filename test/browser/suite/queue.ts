import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  confirmIn,
  heading,
  loaded,
  open,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge, SIZES } from '../fixture/judge.ts';
import { problem } from '../fixture/problem.ts';

const text = TEXT.en;
const PEOPLE = ['Ana Silva', 'Ben Okoro', 'Cleo Papadaki'] as const;

/** The list as a queue: acts in its rows, one person after the other. */
export function describeQueue(testContext: () => TestContext, adminIndex: number) {
  describe('a row of the list', () => {
    let admin: SignedInAdmin;
    let page: Page;
    const userNameOf = (name: string) =>
      `${name.split(' ')[0]?.toLowerCase()}@${admin.userName.split('@')[1]}`;
    const menuButton = (name: string) =>
      page.getByRole('button', {
        name: fill(text.users.actionsFor, { name, userName: userNameOf(name) }),
      });
    const menu = () => page.locator('#row-menu');
    const item = (label: string) => menu().getByRole('button', { name: label, exact: true });
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    const toList = async () => {
      await page.goto('/#/users');
      await heading(page, text.users.title);
      await loaded(page);
    };

    beforeAll(async () => {
      admin = await testContext().service.readyAdmin(adminIndex);
      for (const displayName of PEOPLE) {
        const body = { userName: userNameOf(displayName), displayName, roles: ['salesAgent'] };
        await testContext().service.callChecked('POST', '/api/users', { token: admin.token, body });
      }
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
      await page.getByRole('link', { name: PEOPLE[0] }).waitFor();
    });

    it('resets with three presses of Enter, and names the user before', async () => {
      await menuButton(PEOPLE[0]).focus();
      await page.keyboard.press('Enter');
      await menu().getByText(userNameOf(PEOPLE[0])).waitFor();
      await expect.poll(() => item(text.user.reset).evaluate(isFocused)).toBe(true);
      await judge(page, 'users-row-dialog-menu');
      await page.keyboard.press('Escape');
      await expect.poll(() => menuButton(PEOPLE[0]).evaluate(isFocused)).toBe(true);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(userNameOf(PEOPLE[0])).waitFor();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await page.locator('.secret-value').waitFor();
      await page.getByRole('button', { name: text.temporaryPassword.copy, exact: true }).click();
    });

    it('leads from one person of the queue to the next', async () => {
      await page.getByRole('link', { name: fill(text.users.next, { name: 'Ben Okoro' }) }).click();
      await heading(page, PEOPLE[1]);
      await page.getByRole('link', { name: fill(text.users.next, { name: PEOPLE[2] }) }).click();
      await heading(page, PEOPLE[2]);
      await loaded(page);
      expect(await page.locator('.next').count()).toBe(0);
    });

    it('names the user in a question at 400 %, and an expiry that passed meanwhile', async () => {
      await page.setViewportSize({ width: 320, height: 256 });
      await page.getByRole('button', { name: text.user.reset, exact: true }).first().click();
      const title = page.getByRole('dialog').getByRole('heading');
      const box = await title.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(256);
      await page.setViewportSize(SIZES.desktop);
      await page.route('**/password-reset', async (route) => {
        const response = await route.fetch();
        const body = await response.json();
        const expiresAt = new Date(Date.now() + 1500).toISOString();
        const temporaryPassword = { ...body.temporaryPassword, expiresAt };
        await route.fulfill({ response, json: { ...body, temporaryPassword } });
      });
      await confirmIn(page, text.user.reset);
      await page.locator('.secret-value').waitFor();
      await page.getByText(text.temporaryPassword.expired.split('{date}')[0] ?? '').waitFor();
      await page.unrouteAll();
    });

    it('disables and enables, and shows it in its place', async () => {
      await toList();
      await menuButton(PEOPLE[1]).click();
      await item(text.user.disable).click();
      await confirmIn(page, text.user.disable);
      await row(PEOPLE[1]).getByText(text.status.disabled, { exact: true }).waitFor();
      await page.getByText(fill(text.user.disabled, { name: PEOPLE[1] })).waitFor();
      await menuButton(PEOPLE[1]).click();
      await item(text.user.enable).click();
      await confirmIn(page, text.user.enable);
      const badge = row(PEOPLE[1]).getByText(text.status.disabled, { exact: true });
      await badge.waitFor({ state: 'detached' });
    });

    it('says in view that its user cannot be read, with a page that explains it', async () => {
      await page.route(/\/api\/users\/[^/?]{10,}$/, problem('dependency-unavailable', 503, 5));
      await menuButton(PEOPLE[2]).click();
      await item(text.user.reset).click();
      const notice = page.locator('#row-notice');
      await notice.getByRole('button', { name: text.action.tryAgain, exact: true }).waitFor();
      const help = notice.getByRole('link', { name: text.fault.help });
      const [explained] = await Promise.all([page.waitForEvent('popup'), help.click()]);
      expect(explained.url()).toContain('/problems/dependency-unavailable');
      await explained.getByRole('heading', { level: 1 }).waitFor();
      await explained.close();
      await page.unroute(/\/api\/users\/[^/?]{10,}$/);
      await notice.getByRole('button', { name: text.action.tryAgain, exact: true }).click();
      await page.getByRole('dialog').getByText(userNameOf(PEOPLE[2])).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it('has no menu for oneself, and the first match has the focus after Enter', async () => {
      expect(await row(admin.userName).locator('.row-menu-button').count()).toBe(0);
      await page.getByRole('searchbox').fill('papa');
      await page.keyboard.press('Enter');
      const link = page.getByRole('link', { name: PEOPLE[2] });
      await expect.poll(() => link.evaluate(isFocused)).toBe(true);
    });

    it('of a frozen account says so, and what the reset does', async () => {
      const freeze = (user: object & { userName: string; credential: object }) =>
        user.userName === userNameOf(PEOPLE[0])
          ? { ...user, credential: { ...user.credential, isFrozen: true } }
          : user;
      await page.route(/\/api\/users(\?.*|\/[^/?]{10,})?$/, async (route) => {
        const response = await route.fetch();
        const json = await response.json();
        const { items } = json;
        await route.fulfill({
          response,
          json: items === undefined ? freeze(json) : { ...json, items: items.map(freeze) },
        });
      });
      await page.route('**/api/users/summary', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), frozen: 1 } });
      });
      await page.getByRole('button', { name: text.users.clear, exact: true }).click();
      await page.getByRole('button', { name: text.action.refresh, exact: true }).click();
      await row(PEOPLE[0]).getByText(text.frozen, { exact: true }).waitFor();
      const tabs = page.getByRole('navigation', { name: text.users.tabsLabel });
      await tabs.getByRole('link', { name: text.users.tabs.frozen }).click();
      await page.waitForURL(/isFrozen=true/);
      await tabs.getByRole('link', { name: text.users.tabs.all }).click();
      await page.getByRole('link', { name: PEOPLE[0] }).click();
      await page.getByText(fill(text.user.frozenText, { name: PEOPLE[0] })).waitFor();
      await judge(page, 'user-frozen');
      await page.getByRole('button', { name: text.user.reset, exact: true }).first().click();
      await page.getByText(text.confirm.resetFrozen).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.unrouteAll();
    });

    it('is not pushed down on a phone: the acts above it are on one line', async () => {
      await toList();
      await page.setViewportSize(SIZES.phone);
      await page.getByLabel(text.language).selectOption('fr');
      await heading(page, TEXT.fr.users.title);
      const tops = await page
        .locator('.page-head .button')
        .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().top));
      expect(new Set(tops).size).toBe(1);
      await page.setViewportSize(SIZES.desktop);
    });

    it('stays where it is when an entry of the navigation becomes bold', async () => {
      const height = () =>
        page
          .locator('.side a')
          .first()
          .evaluate((link) => link.getBoundingClientRect().height);
      const whenCurrent = await height();
      await page.locator('.side').getByRole('link', { name: TEXT.fr.shell.profile }).click();
      await heading(page, TEXT.fr.profile.title);
      expect(await height()).toBe(whenCurrent);
    });
  });
}

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
