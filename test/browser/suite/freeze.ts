import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../../shared/http/text/en.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import { freezeTokenIn, mailTo } from '../../http/fixture/mailbox.ts';
import { heading, open, TEXT, type TestContext } from '../fixture/context.ts';
import { judge, SIZES } from '../fixture/judge.ts';

/** "This wasn't me": from the link in a mail, without a session. */
export function describeFreeze(context: () => TestContext, adminIndex: number) {
  describe('the freeze', () => {
    let admin: SignedInAdmin;
    let page: Page;

    beforeAll(async () => {
      admin = await context().service.readyAdmin(adminIndex);
      ({ page } = await open(context()));
    });

    /** A user who was reset, with the token of the mail about that. */
    async function resetUser(name: string, locale: 'en' | 'fr') {
      const { service } = context();
      const { token } = admin;
      const email = `${name}@mail.example`;
      const body = {
        userName: `${name}@contoso.example`,
        displayName: name,
        roles: ['salesAgent'],
      };
      const made = await service.callChecked('POST', '/api/users', {
        token,
        body: { ...body, email, locale },
      });
      const path = `/api/users/${made.body.user.userId}`;
      const reset = () => service.callChecked('POST', `${path}/password-reset`, { token });
      await reset();
      const link = freezeTokenIn(await mailTo(service, email, '#freeze='));
      return { path, link, reset };
    }

    it('leaves the address bar before anything is shown, and acts only when asked to', async () => {
      const { service } = context();
      const { path, link } = await resetUser('ana', 'en');
      const addresses: string[] = [];
      page.on('request', (request) => addresses.push(`${request.method()} ${request.url()}`));
      await page.goto(`/#freeze=${link}`);
      await heading(page, TEXT.en.freeze.title);
      expect(new URL(page.url()).hash).toBe('#/freeze');
      expect(addresses.filter((address) => !address.startsWith('GET'))).toEqual([]);
      const user = await service.callChecked('GET', path, { token: admin.token });
      expect(user.body.credential).not.toHaveProperty('isFrozen');
      await page.getByRole('button', { name: TEXT.en.freeze.act, exact: true }).click();
      await heading(page, TEXT.en.freeze.outcome.frozen.title);
      expect(addresses.filter((address) => address.includes(link.slice(-40)))).toEqual([]);
      const after = await service.callChecked('GET', path, { token: admin.token });
      expect(after.body.credential).toMatchObject({ isFrozen: true });
    });

    it('works on a phone in the language of the browser, and says what to do next', async () => {
      const { link } = await resetUser('zoe', 'fr');
      const { page: phone } = await open(context(), { locale: 'fr-FR', ...SIZES.phone });
      const { freeze } = TEXT.fr;
      await phone.goto(`/#freeze=${link}`);
      await heading(phone, freeze.title);
      await judge(phone, 'freeze-question');
      await phone.getByRole('button', { name: freeze.act, exact: true }).click();
      await heading(phone, freeze.outcome.frozen.title);
      for (const step of freeze.outcome.frozen.steps) await phone.getByText(step).waitFor();
      await judge(phone, 'freeze-done');
    });

    it('takes the text or the whole link by hand, with the line breaks of a mail', async () => {
      const { link, reset } = await resetUser('ben', 'en');
      const { freeze } = TEXT.en;
      await page.goto('/#/freeze');
      // The address may be the one of before, with its answer.
      await page.reload();
      await heading(page, freeze.title);
      const next = page.getByRole('button', { name: freeze.next, exact: true });
      await next.click();
      await page.getByText(freeze.tokenMissing).waitFor();
      await page.getByLabel(freeze.token).fill(link.slice(0, -5));
      await next.click();
      await page.getByRole('button', { name: freeze.act, exact: true }).click();
      await page.getByText(en.problem['verification-failed'].title).waitFor();
      await judge(page, 'freeze-by-hand');
      await reset();
      const broken = `https://portal.example/#freeze=${link.slice(0, 76)} \n${link.slice(76)}\n`;
      await page.getByLabel(freeze.token).fill(broken);
      await next.click();
      await page.getByRole('button', { name: freeze.act, exact: true }).click();
      await heading(page, freeze.outcome.lapsed.title);
      await judge(page, 'freeze-lapsed');
    });

    it('replaces the answer when a newer link is opened in the same tab', async () => {
      const { link } = await resetUser('cleo', 'en');
      await page.goto('/#freeze=nonsense');
      await heading(page, TEXT.en.freeze.title);
      await page.getByRole('button', { name: TEXT.en.freeze.act, exact: true }).click();
      await page.getByText(en.problem['verification-failed'].title).waitFor();
      await page.goto(`/#freeze=${link}`);
      await page.getByRole('button', { name: TEXT.en.freeze.act, exact: true }).click();
      await heading(page, TEXT.en.freeze.outcome.frozen.title);
    });

    it('only ends the sessions of the last global admin', async () => {
      const { service } = context();
      const email = 'boss@mail.example';
      await service.callChecked('PATCH', `/api/users/${admin.userId}`, {
        token: admin.token,
        body: { email },
      });
      const link = freezeTokenIn(await mailTo(service, email, '#freeze='));
      await page.goto(`/#freeze=${link}`);
      await page.getByRole('button', { name: TEXT.en.freeze.act, exact: true }).click();
      await heading(page, TEXT.en.freeze.outcome.sessionsEnded.title);
      await judge(page, 'freeze-last-admin');
      const signedIn = await service.signIn(admin.userName, goodPassword(1));
      expect(signedIn.body.status).toBe('signedIn');
    });
  });
}
