import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  confirmIn,
  focusedText,
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
const PHONE = { width: 390, height: 844 };

/** Typed text and shown secrets that are nowhere else: none is lost without a question. */
export function describeLeaving(testContext: () => TestContext, adminIndex: number) {
  describe('what would be lost', () => {
    let admin: SignedInAdmin;
    let page: Page;
    let userId: string;
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });
    const dialog = () => page.getByRole('dialog');
    const stay = async () => {
      await dialog().waitFor();
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
    };
    const openUser = async () => {
      await page.goto(`/#/users/${userId}`);
      await heading(page, 'mia');
      await loaded(page);
    };

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      const tenant = admin.userName.split('@')[1];
      ({ userId } = await service.addUser(admin.token, `mia@${tenant}`));
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password);
      await heading(page, text.users.title);
      await loaded(page);
    });

    it.each(['a link', 'the back button'])(
      'needs a confirmation before %s leaves typed changes',
      async (way) => {
        await openUser();
        await page.locator('#email').fill('mia@mail.example');
        if (way === 'a link') await page.getByRole('link', { name: text.shell.activity }).click();
        else await page.goBack();
        await dialog().getByText(text.confirm.unsavedText).waitFor();
        await stay();
        expect(page.url()).toContain(userId);
        expect(await page.locator('#email').inputValue()).toBe('mia@mail.example');
        if (way === 'a link') await page.getByRole('link', { name: text.shell.activity }).click();
        else await page.goBack();
        await confirmIn(page, text.confirm.leave);
        await dialog().waitFor({ state: 'detached' });
        // The address changes first; a visit in between finds the form as it was typed.
        await page.locator('#email').waitFor({ state: 'detached' });
        expect(page.url()).not.toContain(userId);
      },
    );

    it('keeps what was typed when the screen is refreshed, and saves that alone', async () => {
      await openUser();
      await page.locator('#displayName').fill('Mia M');
      const path = `/api/users/${userId}`;
      const body = { email: 'other@mail.example' };
      await testContext().service.callChecked('PATCH', path, { token: admin.token, body });
      await button(text.action.refresh).click();
      await expect.poll(() => page.locator('#email').inputValue()).toBe(body.email);
      expect(await page.locator('#displayName').inputValue()).toBe('Mia M');
      await button(text.user.saveProfile).click();
      await page.getByText(text.user.saved, { exact: true }).waitFor();
      await page.locator('#displayName').fill('mia');
      expect(await page.getByText(text.user.saved, { exact: true }).count()).toBe(0);
      await button(text.user.saveProfile).click();
      await page.getByText(text.user.saved, { exact: true }).waitFor();
    });

    it('needs a confirmation before a temporary password is left that was not copied', async () => {
      await button(text.user.reset).first().click();
      await confirmIn(page, text.user.reset);
      await page.locator('.secret-value').waitFor();
      const title = fill(text.temporaryPassword.title, { name: 'mia' });
      await expect.poll(() => focusedText(page)).toBe(title);
      await page.getByRole('link', { name: text.temporaryPassword.done }).click();
      await dialog().getByText(text.confirm.unsentText).waitFor();
      await judge(page, 'dialog-unsent');
      await stay();
      await page.locator('.secret-value').waitFor();
      await page.goBack();
      await stay();
      await page.locator('.secret-value').waitFor();
      await page.getByRole('link', { name: text.temporaryPassword.done }).click();
      await confirmIn(page, text.confirm.leave);
      await heading(page, 'mia');
    });

    it('says what is wrong where the thumb is, and at the field that it is about', async () => {
      await page.goto('/#/users/new');
      await heading(page, text.addUser.title);
      await page.setViewportSize(PHONE);
      await page.locator('#userName').fill('mia');
      await page.locator('#displayName').fill('M'.repeat(121));
      await page.getByLabel(en.role.salesAgent.name).check();
      await button(text.addUser.submit).click();
      await page.getByText(/at most 120 characters/).waitFor();
      await page.locator('#displayName').fill('Mia');
      await button(text.addUser.submit).click();
      await page.locator('#userName[aria-invalid=true]:focus').waitFor();
      await page.route('**/api/users', problem('dependency-unavailable', 503, 5));
      await button(text.addUser.submit).click();
      const notice = page.locator('.notice.warning');
      await notice.waitFor();
      const box = await notice.boundingBox();
      expect(box?.y).toBeGreaterThan(0);
      expect(box?.y).toBeLessThan(PHONE.height);
      await page.unroute('**/api/users');
    });
  });
}
