import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../../shared/http/text/en.ts';
import { goodPassword, type SignedInAdmin } from '../../fixture/service.ts';
import {
  confirmIn,
  fillSignIn,
  heading,
  open,
  type Stage,
  signIn,
  TEXT,
} from '../fixture/stage.ts';

const text = TEXT.en;
const SHOTS = fileURLToPath(new URL('../screenshots', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/**
 * Those that git keeps for the README, see .gitignore. A run that made them anew would change the
 * working tree each time: delete one to have it made again.
 */
const KEPT = [
  'users-desktop-light.png',
  'temporary-password-desktop-light.png',
  'profile-phone-dark.png',
];
const THEMES = ['light', 'dark'] as const;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
/** WCAG 2.2, 1.4.10: no scrolling sideways at this width. */
const NARROWEST = { width: 320, height: 640 };

/** The rules of WCAG 2.2 A and AA, and what axe holds to be good practice. */
async function violations(page: Page): Promise<readonly string[]> {
  // An animation at rest: half-drawn colours have no contrast of their own.
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations: found } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

/** Looks at a screen in both themes and sizes, keeps pictures, and lets axe judge it. */
async function judge(page: Page, name: string): Promise<void> {
  await page.evaluate(`window.axe === undefined && (() => {${AXE}})()`);
  const found: string[] = [];
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      const file = `${name}-${size}-${colorScheme}.png`;
      const path = `${SHOTS}/${file}`;
      const isKept = KEPT.includes(file) && existsSync(path);
      if (!isKept) await page.screenshot({ path, fullPage: !name.includes('dialog') });
    }
    found.push(...(await violations(page)));
    await page.setViewportSize(SIZES.desktop);
    found.push(...(await violations(page)));
  }
  await page.setViewportSize(NARROWEST);
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  if (overflow > 0) found.push(`${name} is ${overflow} px too wide at 320 px`);
  await page.setViewportSize(SIZES.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(found).toEqual([]);
}

/** Every screen, as a person and as axe sees it. */
export function describeScreens(stage: () => Stage, adminIndex: number) {
  describe('the screen', () => {
    let admin: SignedInAdmin;
    let page: Page;
    let userId: string;
    const tenant = () => admin.userName.split('@')[1] ?? '';
    const button = (label: string) => page.getByRole('button', { name: label, exact: true });

    beforeAll(async () => {
      mkdirSync(SHOTS, { recursive: true });
      const { service } = stage();
      admin = await service.readyAdmin(adminIndex);
      const people = [
        ['ana.silva', 'Ana Silva', ['salesAgent', 'adminAgent']],
        ['ben.okafor', 'Ben Okafor', ['helpdeskAgent']],
        ['chloe.tremblay', 'Chloé Tremblay', ['userManagementAdmin']],
        ['daniel.kim', 'Daniel Kim', ['billingAdmin', 'accountAdmin']],
        ['emil.novak', 'Emil Novák', ['globalAdmin']],
      ] as const;
      for (const [name, displayName, roles] of people) {
        const body = { userName: `${name}@${tenant()}`, displayName, roles };
        const made = await service.call('POST', '/api/users', { token: admin.token, body });
        const { user, temporaryPassword } = made.body;
        if (name === 'ana.silva') userId = user.userId;
        if (name === 'ben.okafor' || name === 'chloe.tremblay') {
          await service.settle(user.userName, temporaryPassword.value, goodPassword(4));
        }
        if (name === 'daniel.kim') {
          const path = `/api/users/${user.userId}`;
          await service.call('PATCH', path, { token: admin.token, body: { status: 'disabled' } });
        }
      }
      const body = { displayName: 'Grace Adeyemi' };
      await service.call('PATCH', `/api/users/${admin.userId}`, { token: admin.token, body });
      ({ page } = await open(stage()));
    });

    it('sign-in', async () => {
      await page.goto('/');
      await heading(page, text.signIn.title);
      await judge(page, 'sign-in');
    });

    it('sign-in, refused', async () => {
      await fillSignIn(page, admin.userName, 'not the right one at all');
      await page.getByText(en.problem['invalid-credentials'].title).waitFor();
      await judge(page, 'sign-in-refused');
    });

    it('set a new password, refused', async () => {
      const { page: first } = await open(stage());
      const { service } = stage();
      const userName = `fatima.haddad@${tenant()}`;
      const { userId: id, temporaryPassword } = await service.addUser(admin.token, userName);
      const body = { displayName: 'Fatima Haddad' };
      await service.call('PATCH', `/api/users/${id}`, { token: admin.token, body });
      await first.goto('/');
      await fillSignIn(first, userName, temporaryPassword);
      await heading(first, text.newPassword.title);
      await judge(first, 'new-password');
      await first.locator('#newPassword').fill('qwertyuiopasdfghjkl');
      await first.getByRole('button', { name: text.newPassword.submit }).click();
      await first.locator('#newPassword[aria-invalid=true]').waitFor();
      await judge(first, 'new-password-refused');
    });

    it('user management', async () => {
      await signIn(page, admin.userName, admin.password);
      await page.getByRole('link', { name: 'Ana Silva' }).waitFor();
      await judge(page, 'users');
    });

    it('person menu and drawer', async () => {
      await page.locator('.person-button').click();
      await judge(page, 'dialog-person-menu');
      await page.keyboard.press('Escape');
      await page.setViewportSize(SIZES.phone);
      await page.locator('.menu-button').click();
      await page.screenshot({ path: `${SHOTS}/dialog-drawer-phone-light.png` });
      expect(await page.locator('.drawer').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await page.setViewportSize(SIZES.desktop);
    });

    it('user management, nobody found', async () => {
      await page.getByRole('searchbox').fill('nobody');
      await page.getByText(text.users.none).waitFor();
      await judge(page, 'users-none');
    });

    it('add user, with what is missing', async () => {
      await page.goto('/#/users/new');
      await heading(page, text.addUser.title);
      await page.getByRole('button', { name: text.addUser.submit }).click();
      await page.getByText(text.addUser.rolesMissing).waitFor();
      await judge(page, 'add-user');
    });

    it('user details', async () => {
      await page.goto(`/#/users/${userId}`);
      await heading(page, 'Ana Silva');
      await page.getByText(en.portal.events.type['user.created']).waitFor();
      await judge(page, 'user');
    });

    it('the question before a reset', async () => {
      await button(text.user.reset).click();
      await page.getByRole('dialog').waitFor();
      await judge(page, 'dialog-reset');
    });

    it('temporary password, and gone', async () => {
      await confirmIn(page, text.user.reset);
      await page.locator('.secret-value').waitFor();
      await judge(page, 'temporary-password');
      await page.reload();
      await fillSignIn(page, admin.userName, admin.password);
      await heading(page, text.temporaryPassword.gone);
      await judge(page, 'temporary-password-gone');
    });

    it('my profile', async () => {
      await page.goto('/#/profile');
      await heading(page, text.profile.title);
      await judge(page, 'profile');
    });

    it('activity log', async () => {
      await page.goto('/#/activity');
      await page.getByText(text.events.type['user.created']).first().waitFor();
      await judge(page, 'activity');
    });

    it('outage, offline and not found', async () => {
      await page.route('**/api/users?*', (route) => route.abort());
      await page.goto('/#/users');
      await page.getByText(text.fault.unreachableTitle).waitFor();
      await judge(page, 'outage');
      await page.unroute('**/api/users?*');
      await page.goto('/#/nowhere');
      await heading(page, text.shell.notFoundTitle);
      await page.context().setOffline(true);
      await page.getByText(text.shell.offline).waitFor();
      await judge(page, 'not-found-offline');
      await page.context().setOffline(false);
    });

    it('in French', async () => {
      await page.goto('/#/users');
      await page.getByLabel(text.language).selectOption('fr');
      await page.getByRole('link', { name: 'Ana Silva' }).waitFor();
      await judge(page, 'users-french');
      await page.goto('/#/profile');
      await heading(page, TEXT.fr.profile.title);
      await judge(page, 'profile-french');
    });
  });
}
