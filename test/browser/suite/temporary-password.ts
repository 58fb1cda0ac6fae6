import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedInAdmin } from '../../fixture/service.ts';
import {
  heading,
  open,
  resetByHand,
  signIn,
  signInAnew,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';

const text = TEXT.en;
const NAME = 'ben';
/** One more than five minutes. */
const IDLE_MS = 301_000;

/** All that the page holds and shows, and what outlives a page. */
function everythingOn(page: Page): Promise<string> {
  return page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      Array.from(document.querySelectorAll('input'), ({ value }) => value),
      document.title,
      location.href,
      history.state,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
    ]),
  );
}

/** The heap after a collection, as the developer tools would save it. */
async function heapOf(page: Page): Promise<string> {
  const client = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await client.send('HeapProfiler.collectGarbage');
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await client.detach();
  return chunks.join('');
}

function spellings(temporaryPassword: string): readonly string[] {
  const groups = temporaryPassword.split('-');
  // One group alone could be there by chance; two beside each other could not.
  return [temporaryPassword, groups.join(''), groups.slice(0, 2).join('-')];
}

function expectNone(where: string, temporaryPassword: string): void {
  for (const spelling of spellings(temporaryPassword)) {
    expect(where.includes(spelling)).toBe(false);
  }
}

/** The screen that shows a temporary password forgets it, whichever way it is left. */
export function describeTemporaryPassword(testContext: () => TestContext, adminIndex: number) {
  describe('the temporary password in the portal', () => {
    let admin: SignedInAdmin;
    let userId: string;
    let page: Page;
    let secret: string;

    const details = () => `#/users/${userId}`;

    beforeAll(async () => {
      const { service } = testContext();
      admin = await service.readyAdmin(adminIndex);
      const tenant = admin.userName.split('@')[1];
      ({ userId } = await service.addUser(admin.token, `${NAME}@${tenant}`));
      ({ page } = await open(testContext()));
      await signIn(page, admin.userName, admin.password, `/${details()}`);
    });

    const show = async () => {
      await heading(page, NAME);
      secret = await resetByHand(page);
      testContext().service.noteSecret(secret);
    };

    const expectGone = async () => {
      expectNone(await everythingOn(page), secret);
    };

    it('is on the page, not in title, address or storage, and is not announced', async () => {
      await show();
      const shown = await page.locator('.secret-value').textContent();
      expect(shown?.trim()).toBe(secret);
      const announced = page.locator('[role=status], [role=alert], [aria-live]');
      expectNone((await announced.allTextContents()).join('\n'), secret);
      const kept = await page.evaluate(() =>
        JSON.stringify([document.title, location.href, history.state, { ...localStorage }]),
      );
      expectNone(kept, secret);
      // Read by a screen reader on demand: text under a heading of its own.
      await page
        .getByRole('heading', { name: text.temporaryPassword.label, exact: true })
        .waitFor();
    });

    it('is forgotten by page and heap when its user is opened', async () => {
      expect(await heapOf(page)).toContain(secret);
      await page.getByRole('link', { name: text.temporaryPassword.done }).click();
      await heading(page, NAME);
      await expectGone();
      expectNone(await heapOf(page), secret);
    });

    it('is not shown by the back button, and is forgotten by leaving with it', async () => {
      await page.goBack();
      await heading(page, text.temporaryPassword.gone);
      await page.getByRole('link', { name: text.temporaryPassword.toUser }).click();
      await show();
      await page.goBack();
      await heading(page, NAME);
      await expectGone();
      await page.goForward();
      await heading(page, text.temporaryPassword.gone);
      await page.getByRole('link', { name: text.temporaryPassword.toUser }).click();
    });

    it('is forgotten when another address is typed', async () => {
      await show();
      await page.evaluate(() => {
        location.hash = '#/activity';
      });
      await heading(page, text.activity.title);
      await expectGone();
      await page.goto(`/${details()}`);
    });

    it('is forgotten after five minutes without activity', async () => {
      const { page: idle } = await open(testContext());
      page = idle;
      await page.clock.install();
      await signIn(page, admin.userName, admin.password, `/${details()}`);
      await show();
      await page.clock.fastForward(IDLE_MS - 30_000);
      await page.keyboard.press('Shift');
      await page.clock.fastForward(IDLE_MS - 30_000);
      await page.locator('.secret-value').waitFor();
      await page.clock.fastForward(IDLE_MS);
      await heading(page, text.temporaryPassword.gone);
      await page.getByText(text.temporaryPassword.goneIdle).waitFor();
      await expectGone();
      expectNone(await heapOf(page), secret);
    });

    it('is not shown in a tab that is restored at its address', async () => {
      await page.getByRole('link', { name: text.temporaryPassword.toUser }).click();
      await show();
      const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
      expect(JSON.parse(kept)).toEqual({ 'portal-user-name': admin.userName });
      const restored = await page.context().newPage();
      await restored.goto(page.url());
      // The other tab hands the session over, and nothing else.
      await heading(restored, text.temporaryPassword.gone);
      expectNone(await everythingOn(restored), secret);
      await restored.close();
      await page.getByRole('link', { name: text.temporaryPassword.done }).click();
    });

    it('is forgotten by a reload, and not shown after the next sign-in', async () => {
      await show();
      await page.reload();
      await heading(page, text.signIn.title);
      await expectGone();
      await page.locator('#userName').fill(admin.userName);
      await page.locator('#password').fill(admin.password);
      await page.keyboard.press('Enter');
      await heading(page, text.temporaryPassword.gone);
      await expectGone();
    });

    it('is forgotten when the page enters the back-forward cache', async () => {
      await page.getByRole('link', { name: text.temporaryPassword.toUser }).click();
      await show();
      // What a browser does before it keeps a page for the way back.
      await page.evaluate(() => {
        window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      });
      await expectGone();
      expectNone(await heapOf(page), secret);
      await page.goto('/openapi.json');
      await page.goBack();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectGone();
    });

    it('is forgotten by signing out, and when the session is ended elsewhere', async () => {
      await signInAnew(page, admin.userName, admin.password, `/${details()}`);
      await show();
      await page.locator('.person-button').click();
      await page.getByRole('button', { name: text.shell.signOut, exact: true }).click();
      await page.getByText(text.signIn.reason.signedOut).waitFor();
      await expectGone();
      await page.goto(`/${details()}`);
      await page.locator('#password').fill(admin.password);
      await page.keyboard.press('Enter');
      await show();
      await testContext().service.callChecked('POST', '/api/me/sign-out-everywhere', {
        token: admin.token,
      });
      await page.getByLabel(text.language).selectOption('fr');
      await page.getByText(TEXT.fr.signIn.reason.ended).waitFor();
      await expectGone();
    });
  });
}
