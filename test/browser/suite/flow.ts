import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { en } from '../../../shared/http/text/en.ts';
import { fr } from '../../../shared/http/text/fr.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import {
  confirmIn,
  fillSignIn,
  heading,
  open,
  resetByHand,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';

const CATALOGUES = { en, fr } as const;
const LOCALES = { en: 'en-GB', fr: 'fr-CA' } as const;

/** Every flow of the help page, as an admin and a user go through them, in both languages. */
export function describeFlows(
  testContext: () => TestContext,
  adminIndex: Readonly<Record<'en' | 'fr', number>>,
) {
  describe.each(['en', 'fr'] as const)('the help page in %s', (language) => {
    const text = TEXT[language];
    const catalogue = CATALOGUES[language];
    const name = 'Ana Silva';
    const tenant = () => admin().userName.split('@')[1] ?? '';
    const admin = () => {
      const found = testContext().service.admins[adminIndex[language]];
      if (found === undefined) throw new Error('no such admin was made');
      return found;
    };
    let admins: Page;
    let users: Page;
    let temporaryPassword = '';

    const button = (page: Page, label: string) =>
      page.getByRole('button', { name: label, exact: true });

    it('requires a new password after a temporary one, and explains a rejection', async () => {
      admins = (await open(testContext(), { locale: LOCALES[language] })).page;
      await admins.goto('/');
      await heading(admins, text.signIn.title);
      expect(await admins.locator('html').getAttribute('lang')).toBe(language);
      await fillSignIn(admins, admin().userName, admin().temporaryPassword, text);
      await heading(admins, text.newPassword.title);
      const field = admins.locator('#newPassword');
      await field.fill('short');
      await admins.getByText(fill(text.password.count.other, { n: 5, min: 15 })).waitFor();
      await field.fill('passwordpassword1');
      await button(admins, text.newPassword.submit).click();
      await admins.getByText(catalogue.policyReason.common).waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      await field.fill(goodPassword(1));
      await button(admins, text.newPassword.submit).click();
      await heading(admins, text.users.title);
      await admins.getByText(text.newPassword.done).waitFor();
    });

    it('adds a user and shows the temporary password once, to copy or read out', async () => {
      await admins.getByRole('link', { name: text.users.add }).click();
      await heading(admins, text.addUser.title);
      await button(admins, text.addUser.submit).click();
      await admins.getByText(text.addUser.rolesMissing).waitFor();
      await admins.locator('#userName').fill('ana.silva');
      await admins.locator('#displayName').fill(name);
      await admins.getByLabel(catalogue.role.salesAgent.name).check();
      const answered = admins.waitForResponse((response) => response.status() === 201);
      await button(admins, text.addUser.submit).click();
      const made = (await (await answered).json()).temporaryPassword;
      temporaryPassword = made.value;
      testContext().service.noteSecret(temporaryPassword);
      await heading(admins, fill(text.temporaryPassword.title, { name }));
      await button(admins, text.temporaryPassword.copy).click();
      await button(admins, text.temporaryPassword.copied).waitFor();
      const copied = await admins.evaluate(() => navigator.clipboard.readText());
      expect(copied).toBe(temporaryPassword);
      await admins.getByText(made.spoken.slice(0, 4).join(' · ')).waitFor();
      await admins.getByText(catalogue.temporaryPasswordInstructions).waitFor();
      await admins.getByRole('link', { name: text.temporaryPassword.done }).click();
      await heading(admins, name);
    });

    it('finds the user by the beginning of the name and by filters', async () => {
      await admins.getByRole('link', { name: text.user.back }).first().click();
      await heading(admins, text.users.title);
      await admins.getByRole('searchbox').fill('ana');
      await admins.getByText(fill(text.users.shown.one, { n: 1 })).waitFor();
      await admins.getByRole('row').filter({ hasText: '24 h' }).waitFor();
      await admins.getByRole('searchbox').fill('zoe');
      await admins.getByText(text.users.none).waitFor();
      await button(admins, text.users.clear).click();
      await admins.getByLabel(text.users.state, { exact: true }).selectOption('temporary');
      await admins.getByText(fill(text.users.shown.one, { n: 1 })).waitFor();
      expect(admins.url()).toContain('credentialState=temporary');
      await admins.getByRole('link', { name }).click();
      await heading(admins, name);
    });

    it('resets after one question, which ends the older temporary password', async () => {
      const before = temporaryPassword;
      temporaryPassword = await resetByHand(admins, text);
      testContext().service.noteSecret(temporaryPassword);
      expect(temporaryPassword).not.toBe(before);
      await admins.getByRole('link', { name: text.temporaryPassword.done }).click();
      await admins.getByText(text.events.type['password.reset'], { exact: true }).waitFor();
    });

    it('accepts the temporary password in any spelling, to be replaced', async () => {
      users = (await open(testContext(), { locale: LOCALES[language], width: 390 })).page;
      await users.goto('/');
      const userName = `ana.silva@${tenant()}`;
      const typed = temporaryPassword.toLowerCase().replaceAll('-', ' ');
      const slip = `${typed.slice(0, -1)}${typed.endsWith('7') ? '8' : '7'}`;
      await fillSignIn(users, userName, slip, text);
      await users.getByText(text.signIn.typo).waitFor();
      await users.locator('#password').fill(typed);
      await button(users, text.signIn.submit).click();
      await heading(users, text.newPassword.title);
      await users.locator('#newPassword').fill(goodPassword(2));
      await button(users, text.newPassword.submit).click();
      await heading(users, text.profile.title);
    });

    it('shows roles, instructions and helpful admins, and changes the password', async () => {
      await users.getByText(catalogue.role.salesAgent.description).waitFor();
      for (const step of catalogue.passwordInstructions.steps)
        await users.getByText(step).waitFor();
      await users.getByText(admin().userName).waitFor();
      await users.locator('#currentPassword').fill('not the right one at all');
      await users.locator('#newPassword').fill(goodPassword(3));
      await button(users, text.profile.submit).click();
      await users.getByText(text.password.currentWrong).waitFor();
      await users.locator('#currentPassword').fill(goodPassword(2));
      await button(users, text.profile.submit).click();
      await users.getByText(text.profile.changed).waitFor();
      expect(await users.locator('#newPassword').inputValue()).toBe('');
    });

    it('signs out everywhere and in again', async () => {
      await button(users, text.profile.everywhere).click();
      await confirmIn(users, text.profile.everywhere);
      await users.getByText(text.signIn.reason.everywhere).waitFor();
      await users.locator('#password').fill(goodPassword(3));
      await button(users, text.signIn.submit).click();
      await heading(users, text.profile.title);
      await users.locator('.person-button').click();
      await button(users, text.shell.signOut).click();
      await users.getByText(text.signIn.reason.signedOut).waitFor();
    });

    it('changes profile and roles', async () => {
      await admins.getByLabel(text.addUser.email).fill('ana@mail.example');
      await admins.getByLabel(text.addUser.secondEmail).fill('ana@home.example');
      await button(admins, text.user.saveProfile).click();
      await admins.getByText(text.user.saved, { exact: true }).waitFor();
      // The form shows what is saved once nothing is typed.
      expect(await admins.getByLabel(text.addUser.secondEmail).inputValue()).toBe(
        'ana@home.example',
      );
      await admins.getByLabel(catalogue.role.billingAdmin.name).check();
      await button(admins, text.user.saveRoles).click();
      await admins.getByText(text.user.rolesSaved).waitFor();
      const { member, type } = text.events;
      await admins.getByText(fill(type['user.updated'], { members: member.roles })).waitFor();
    });

    it('disables, enables, ends sessions and deletes, each after a question', async () => {
      await button(admins, text.user.disable).click();
      await confirmIn(admins, text.user.disable);
      await admins.getByText(fill(text.user.disabled, { name })).first().waitFor();
      await button(admins, text.user.enable).click();
      await confirmIn(admins, text.user.enable);
      await admins.getByText(fill(text.user.enabled, { name })).waitFor();
      await button(admins, text.user.endSessions).click();
      await confirmIn(admins, text.user.endSessions);
      await admins.getByText(fill(text.user.sessionsEnded, { name })).waitFor();
      await button(admins, text.user.delete).click();
      await confirmIn(admins, text.confirm.delete);
      await heading(admins, text.users.title);
      await admins.getByText(fill(text.users.deleted, { name })).waitFor();
    });

    it('lists events in the log, also of deleted users', async () => {
      await admins.getByRole('link', { name: text.shell.activity }).click();
      await heading(admins, text.activity.title);
      const what = admins.locator('.event-what');
      await what.getByText(text.events.type['user.deleted'], { exact: true }).waitFor();
      const deleted = what.getByText(text.events.type['user.deleted'], { exact: true });
      const row = admins.getByRole('row').filter({ has: deleted });
      await row.getByRole('link', { name }).click();
      await admins.getByText(text.fault.goneTitle).waitFor();
    });
  });
}
