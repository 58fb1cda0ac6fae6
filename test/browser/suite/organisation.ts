import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedInAdmin } from '../../fixture/service.ts';
import { heading, open, signIn, TEXT, type TestContext } from '../fixture/context.ts';
import { judge, SIZES } from '../fixture/judge.ts';

const { organisation, user: words, profile } = TEXT.en;

/** Settings > Organisation. */
export function describeOrganisation(context: () => TestContext, adminIndex: number) {
  describe('the settings of the organisation', () => {
    let admin: SignedInAdmin;
    let page: Page;
    const save = () => page.getByRole('button', { name: organisation.save, exact: true }).click();

    beforeAll(async () => {
      admin = await context().service.readyAdmin(adminIndex);
      ({ page } = await open(context()));
    });

    it('are found in the menu, and their contact is in My profile', async () => {
      await signIn(page, admin.userName, admin.password);
      const menu = page.getByRole('navigation', { name: TEXT.en.shell.navigation });
      await menu.getByRole('link', { name: organisation.title, exact: true }).click();
      await heading(page, organisation.title);
      await page.getByLabel(organisation.contact, { exact: true }).fill('Help desk, ext. 12');
      await page.getByLabel(organisation.rule.verification).selectOption('required');
      await page.getByLabel(organisation.rule.delivery).selectOption('split');
      await save();
      await page.getByText(words.saved, { exact: true }).waitFor();
      await judge(page, 'organisation');
      await menu.getByRole('link', { name: profile.title, exact: true }).click();
      await page.getByText('Your organisation says: Help desk, ext. 12').waitFor();
      await page.goBack();
      await heading(page, organisation.title);
    });

    it('wait a day when they become looser, and can be taken back until then', async () => {
      await page.getByLabel(organisation.rule.delivery).selectOption('shown');
      await save();
      await page.getByText(organisation.savedLater).waitFor();
      await page.getByText(`${organisation.rule.delivery}: `).first().waitFor();
      await judge(page, 'organisation-pending');
      expect(await page.getByLabel(organisation.rule.delivery).inputValue()).toBe('split');
      await page.getByRole('button', { name: organisation.takeBack, exact: true }).click();
      await page.getByText(organisation.takenBack).waitFor();
      const read = await context().service.callChecked('GET', '/api/tenant', {
        token: admin.token,
      });
      expect(read.body.settings).not.toHaveProperty('pending');
      expect(read.body.settings.reset).toMatchObject({ delivery: 'split' });
    });

    it('are not overwritten by an admin who did not see the newest, and what was typed stays', async () => {
      const contact = page.getByLabel(organisation.contact, { exact: true });
      await contact.fill('Mine');
      const body = { settings: { contact: 'Theirs' } };
      await context().service.callChecked('PATCH', '/api/tenant', { token: admin.token, body });
      await save();
      await page.getByText(organisation.changedMeanwhile).waitFor();
      await page.getByRole('button', { name: TEXT.en.action.reload, exact: true }).click();
      await page.getByText('Theirs').waitFor();
      expect(await contact.inputValue()).toBe('Mine');
      await save();
      await page.getByText(words.saved, { exact: true }).waitFor();
      const read = await context().service.callChecked('GET', '/api/tenant', {
        token: admin.token,
      });
      expect(read.body.settings.contact).toBe('Mine');
    });

    it('ask before what was typed is lost', async () => {
      await page.getByLabel(organisation.contact, { exact: true }).fill('Unsaved');
      const menu = page.getByRole('navigation', { name: TEXT.en.shell.navigation });
      await menu.getByRole('link', { name: profile.title, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(TEXT.en.confirm.unsavedTitle).waitFor();
      await dialog.getByRole('button', { name: TEXT.en.confirm.leave, exact: true }).click();
      await heading(page, profile.title);
    });

    it('are read by other admins, who cannot change them', async () => {
      const { service } = context();
      const roles = ['userManagementAdmin'];
      const uma = await service.addReadyUser(admin.token, 'uma@fabrikam.example', roles);
      const other = await open(context(), { ...SIZES.phone, locale: 'fr-FR' });
      await other.page.goto('/#/organisation');
      await other.page.getByLabel(TEXT.fr.signIn.userName, { exact: true }).fill(uma.userName);
      await other.page.locator('#password').fill(uma.password);
      await other.page.getByRole('button', { name: TEXT.fr.signIn.submit, exact: true }).click();
      await other.page.getByText(TEXT.fr.organisation.readOnly).waitFor();
      expect(await other.page.locator('main form').count()).toBe(0);
      await judge(other.page, 'organisation-read-only');
    });
  });
}
