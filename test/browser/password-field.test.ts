import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../fixture/service.ts';
import { launchBrowser } from './fixture/browser.ts';
import { open, TEXT, type TestContext } from './fixture/context.ts';

/** ASVS 6.2.6 and 6.2.7, WCAG 2.2 3.3.8: what a password field lets people do. */

let testContext: TestContext;

beforeAll(async () => {
  const [browser, service] = await Promise.all([launchBrowser(), startService()]);
  testContext = { browser, service, visits: [] };
}, 120_000);
afterAll(async () => {
  await testContext.browser.close();
  await testContext.service.stopAndAssertNoLeaks();
});

describe('the password field', () => {
  it('masks the typed password, shows it on demand, and masks it again', async () => {
    const { page } = await open(testContext);
    await page.goto('/');
    const field = page.locator('#password');
    await field.fill('orbit lantern velvet');
    expect(await field.getAttribute('type')).toBe('password');
    const show = page.getByRole('button', { name: TEXT.en.password.show });
    await show.click();
    expect(await field.getAttribute('type')).toBe('text');
    expect(await field.inputValue()).toBe('orbit lantern velvet');
    await show.click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  it('accepts pasted text and names its purpose to password managers', async () => {
    const { page } = await open(testContext);
    await page.goto('/');
    const userName = page.getByLabel(TEXT.en.signIn.userName, { exact: true });
    await userName.fill('orbit lantern velvet');
    await userName.press('ControlOrMeta+a');
    await userName.press('ControlOrMeta+c');
    const field = page.locator('#password');
    await field.focus();
    await field.press('ControlOrMeta+v');
    expect(await field.inputValue()).toBe('orbit lantern velvet');
    expect(await field.getAttribute('autocomplete')).toBe('current-password');
    expect(await userName.getAttribute('autocomplete')).toBe('username');
  });
});
