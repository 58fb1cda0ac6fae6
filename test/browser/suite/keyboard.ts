import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import {
  focusedText,
  heading,
  loaded,
  open,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';

const text = TEXT.en;
/** More presses than any screen has stops. */
const STOPS_MAX = 80;

/** Presses Tab until the focus is there, as a user without a mouse does. */
async function tabTo(page: Page, label: string): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab');
    // An avatar's initials come before a name, for the eye only.
    const name = await nameOfFocus(page);
    if (name === label || name.endsWith(` ${label}`)) return;
  }
  throw new Error(`Tab never reached ${label}`);
}

/** The accessible name, near enough: label, aria-label or text. */
function nameOfFocus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return '';
    const labels = 'labels' in element ? (element.labels as NodeListOf<HTMLElement> | null) : null;
    const own = element.getAttribute('aria-label') ?? labels?.[0]?.textContent;
    return (own ?? element.textContent ?? '').trim();
  });
}

/** Counts the keys in an attribute of the page, which a change of screen leaves alone. */
function countKeys(): void {
  const { dataset } = document.body;
  dataset.keys = '0';
  const onKey = () => {
    dataset.keys = `${Number(dataset.keys) + 1}`;
  };
  window.addEventListener('keydown', onKey, { capture: true });
}

/** From the first sign-in to a reset without ever touching a mouse. */
export function describeKeyboard(testContext: () => TestContext, adminIndex: number) {
  describe('the portal by keyboard alone', () => {
    let page: Page;

    beforeAll(async () => {
      ({ page } = await open(testContext()));
    });

    it('skips to the content with the first Tab', async () => {
      await page.goto('/');
      await heading(page, text.signIn.title);
      await page.evaluate(() => {
        document.body.tabIndex = -1;
        document.body.focus();
      });
      await page.keyboard.press('Tab');
      await expect.poll(() => focusedText(page)).toBe(text.skipToContent);
      await page.keyboard.press('Enter');
      await expect.poll(() => focusedText(page)).toBe(text.signIn.title);
    });

    it('signs in, adds a user, resets, copies, and changes the language', async () => {
      const admin = testContext().service.admins[adminIndex];
      const { keyboard } = page;
      await page.goto('/');
      await heading(page, text.signIn.title);
      await expect.poll(() => nameOfFocus(page)).toBe(text.signIn.userName);
      // A phone shows a keyboard with @, and a key that leads on.
      await page.locator('#userName[inputmode=email][enterkeyhint=next]').waitFor();
      await keyboard.type(admin?.userName ?? '');
      await keyboard.press('Tab');
      await keyboard.type(admin?.temporaryPassword ?? '');
      await keyboard.press('Enter');
      await heading(page, text.newPassword.title);
      await expect.poll(() => focusedText(page)).toBe(text.newPassword.title);
      await tabTo(page, text.password.next);
      await keyboard.type(goodPassword(1));
      await keyboard.press('Enter');
      await heading(page, text.users.title);
      await expect.poll(() => focusedText(page)).toBe(text.users.title);

      await tabTo(page, text.users.add);
      await keyboard.press('Enter');
      await heading(page, text.addUser.title);
      await tabTo(page, text.addUser.userName);
      await keyboard.type('kim');
      await keyboard.press('Enter');
      // What is missing is said, and the focus is at the first of it.
      await page.getByText(text.addUser.displayNameMissing).waitFor();
      await expect.poll(() => nameOfFocus(page)).toBe(text.addUser.displayName);
      await keyboard.type('Kim');
      await tabTo(page, en.role.helpdeskAgent.name);
      await keyboard.press('Space');
      await tabTo(page, text.addUser.submit);
      await keyboard.press('Enter');
      await heading(page, fill(text.temporaryPassword.title, { name: 'Kim' }));
      await tabTo(page, text.temporaryPassword.copy);
      await keyboard.press('Enter');
      await page.getByRole('button', { name: text.temporaryPassword.copied }).waitFor();
      await tabTo(page, text.temporaryPassword.done);
      await keyboard.press('Enter');

      await heading(page, 'Kim');
      await tabTo(page, text.user.reset);
      await keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await expect.poll(() => nameOfFocus(page)).toBe(text.action.cancel);
      await keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      // Back where the question was asked.
      await expect.poll(() => nameOfFocus(page)).toBe(text.user.reset);
      await keyboard.press('Enter');
      // Only when it is open does the focus move within it: CI was quicker than the dialog once.
      await dialog.waitFor();
      await keyboard.press('Shift+Tab');
      await expect.poll(() => nameOfFocus(page)).toBe(text.user.reset);
      await keyboard.press('Enter');
      await heading(page, fill(text.temporaryPassword.title, { name: 'Kim' }));
      await tabTo(page, text.temporaryPassword.copy);
      await keyboard.press('Enter');
      await page.getByRole('button', { name: text.temporaryPassword.copied }).waitFor();

      await tabTo(page, fill(text.shell.personMenu, { name: 'admin' }));
      await keyboard.press('Enter');
      await tabTo(page, text.shell.profile);
      await keyboard.press('Enter');
      await heading(page, text.profile.title);
      await expect.poll(() => focusedText(page)).toBe(text.profile.title);
      await tabTo(page, text.language);
      await keyboard.press('ArrowDown');
      await heading(page, TEXT.fr.profile.title);
    });

    it('finds, resets and disables with few keystrokes, and on few screens', async () => {
      const { page } = await open(testContext());
      const { keyboard } = page;
      await signIn(page, testContext().service.admins[adminIndex]?.userName ?? '', goodPassword(1));
      await heading(page, text.users.title);
      await loaded(page);
      await page.evaluate(countKeys);
      const keysSoFar = () => page.evaluate(() => Number(document.body.dataset.keys));
      const kim = page.getByRole('link', { name: 'Kim', exact: true });
      const isFocused = (element: Element) => element === document.activeElement;
      const act = async (label: string, presses: readonly string[]) => {
        for (const key of presses) await keyboard.press(key);
        const item = page.locator('#row-menu').getByRole('button', { name: label, exact: true });
        await expect.poll(() => item.evaluate(isFocused)).toBe(true);
        await keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        await keyboard.press('Shift+Tab');
        await keyboard.press('Enter');
      };

      await tabTo(page, text.users.search);
      await keyboard.type('kim');
      await keyboard.press('Enter');
      await expect.poll(() => kim.evaluate(isFocused)).toBe(true);
      const find = await keysSoFar();

      await act(text.user.reset, ['Tab', 'Enter']);
      await heading(page, fill(text.temporaryPassword.title, { name: 'Kim' }));
      await tabTo(page, text.temporaryPassword.copy);
      await keyboard.press('Enter');
      await page.getByRole('button', { name: text.temporaryPassword.copied }).waitFor();
      const reset = await keysSoFar();
      await page.goBack();
      await expect.poll(() => kim.evaluate(isFocused)).toBe(true);

      await act(text.user.disable, ['Tab', 'Enter', 'Tab']);
      await page.getByText(fill(text.user.disabled, { name: 'Kim' })).waitFor();
      // Shift is a key of its own.
      expect({ find, reset: reset - find, disable: (await keysSoFar()) - reset }).toEqual({
        find: 13,
        reset: 8,
        disable: 7,
      });
    });
  });
}
