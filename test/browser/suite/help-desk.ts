import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../../functions/portal/script/text.ts';
import { goodPassword } from '../../fixture/good-password.ts';
import type { SignedInAdmin } from '../../fixture/service.ts';
import { mailTo } from '../../http/fixture/mailbox.ts';
import {
  confirmIn,
  heading,
  loaded,
  open,
  signIn,
  TEXT,
  type TestContext,
} from '../fixture/context.ts';
import { judge } from '../fixture/judge.ts';
import { problem } from '../fixture/problem.ts';

const { reset: words, resets, support, signIn: texts, temporaryPassword, user: labels } = TEXT.en;
const EMAIL = 'ana@mail.example';
const PART = /\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b/;
const WRONG_CODE = '0000-0000';

/** Calls of a caller who forgot the password, at an organisation with strict rules. */
export function describeHelpDesk(context: () => TestContext, adminIndex: number) {
  describe('the help desk', () => {
    let admin: SignedInAdmin;
    let path: string;
    /** The page of the admin, and that of the user. */
    let desk: Page;
    let caller: Page;
    const userName = () => `ana@${admin.userName.split('@')[1]}`;
    const dialog = () => desk.getByRole('dialog');
    const call = (method: string, at: string, body?: object) =>
      context().service.callChecked(method, at, { token: admin.token, body });

    const openDialog = async () => {
      await desk.goto('/#/activity');
      await heading(desk, TEXT.en.activity.title);
      await desk.goto(`/#/users/${path.split('/').at(-1)}`);
      await heading(desk, 'Ana');
      await loaded(desk);
      await desk.getByRole('button', { name: labels.reset, exact: true }).first().click();
      await dialog().waitFor();
    };
    const setRules = (reset: object) => call('PATCH', '/api/tenant', { settings: { reset } });
    const press = () => confirmIn(desk, labels.reset);
    const partShown = async () => {
      const part = (await desk.locator('.secret-value').textContent())?.trim() ?? '';
      expect(part).toMatch(PART);
      return part;
    };
    const mailedPart = async (pair: string) => {
      const mail = await mailTo(context().service, EMAIL, pair);
      return PART.exec(mail)?.[0] ?? '';
    };

    beforeAll(async () => {
      const { service } = context();
      admin = await service.readyAdmin(adminIndex);
      const body = { userName: userName(), displayName: 'Ana', roles: ['salesAgent'] };
      const made = await call('POST', '/api/users', { ...body, email: EMAIL });
      path = `/api/users/${made.body.user.userId}`;
      await setRules({ verification: 'required', reason: 'required' });
      ({ page: desk } = await open(context()));
      ({ page: caller } = await open(context()));
      await signIn(desk, admin.userName, admin.password);
    });

    it('says what is missing, and shows one part while the other is mailed', async () => {
      await openDialog();
      // The service proves a support code, so that is the first thing to try.
      await dialog().locator('#code:focus').waitFor();
      await judge(desk, 'dialog-reset-asked');
      await press();
      await desk.getByText(words.codeMissing).waitFor();
      await dialog().getByLabel(words.kind.callBack.name).check();
      await desk.getByText(words.kind.callBack.how).waitFor();
      await dialog().getByLabel(words.reference).fill('ext. 4711');
      await dialog().getByLabel(words.reason, { exact: true }).fill('Forgot it');
      await dialog().getByText(words.more, { exact: true }).click();
      await dialog().getByLabel(words.delivery).selectOption('split');
      await desk.route(
        '**/password-reset',
        problem('dependency-unavailable', 503, 5, { parts: ['mail'] }),
        {
          times: 1,
        },
      );
      await press();
      await desk.getByText(words.mailDownTitle).waitFor();
      await press();
      await desk.getByText(temporaryPassword.part).waitFor();
      const told = await partShown();
      const pair = (await desk.locator('.pair').textContent()) ?? '';
      const mailed = await mailedPart(pair);
      expect(mailed).not.toBe(told);
      await judge(desk, 'temporary-password-part');
      // Otherwise leaving needs a confirmation.
      await desk.getByRole('button', { name: temporaryPassword.copy, exact: true }).first().click();

      await caller.goto('/');
      await caller.locator('#userName').fill(userName());
      await caller.locator('#password').pressSequentially(mailed);
      await caller.locator('#otherPart').fill(told.slice(0, -1));
      await caller.keyboard.press('Enter');
      await caller.getByText(texts.part.short).waitFor();
      await judge(caller, 'sign-in-parts');
      await caller.locator('#otherPart').fill(told);
      await caller.keyboard.press('Enter');
      await heading(caller, TEXT.en.newPassword.title);
      await caller.locator('#newPassword').fill(goodPassword(4));
      await caller.keyboard.press('Enter');
      await heading(caller, TEXT.en.profile.title);
    });

    it('takes the support code of a session, and keeps what was typed when it was wrong', async () => {
      await caller.getByRole('button', { name: support.show, exact: true }).click();
      const code = (await caller.locator('.support .secret-value').textContent())?.trim() ?? '';
      expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      await judge(caller, 'profile-support-code');
      await caller.goto('/#/profile/password');
      await caller.goto('/#/freeze');
      await heading(caller, TEXT.en.freeze.title);
      expect(await caller.content()).not.toContain(code);

      await setRules({ ticket: 'required' });
      await openDialog();
      await dialog().getByLabel(words.reason, { exact: true }).fill('New phone');
      await dialog().getByLabel(words.ticket, { exact: true }).fill('INC-7');
      await dialog().locator('#code').fill(WRONG_CODE);
      await press();
      await desk.getByText(words.codeWrong).waitFor();
      await dialog().locator('#code:focus').fill(code.toLowerCase());
      // The answer gets lost: the reset was done, and its password was never seen.
      await desk.route(
        '**/password-reset',
        async (route) => {
          await route.fetch();
          await route.abort();
        },
        { times: 1 },
      );
      await press();
      await desk.getByText(TEXT.en.fault.uncertain).waitFor();
      await press();
      await desk.getByText(words.doneTitle).waitFor();
      await judge(desk, 'dialog-reset-done');
    });

    it('shows what became of each reset, and what was proven', async () => {
      await openDialog();
      await dialog().getByRole('button', { name: TEXT.en.action.cancel, exact: true }).click();
      const rows = desk.getByRole('table', { name: resets.tableLabel }).locator('tbody tr');
      await expect.poll(() => rows.count()).toBe(2);
      const [last = '', first = ''] = await rows.allInnerTexts();
      const proven = fill(resets.proven, { kind: words.kind.supportCode.name });
      const stated = fill(resets.stated, { kind: words.kind.callBack.name });
      for (const said of [resets.outcome.open, proven, 'New phone', 'INC-7']) {
        expect(last).toContain(said);
      }
      for (const said of [resets.outcome.used, `${stated} (ext. 4711)`, 'Forgot it']) {
        expect(first).toContain(said);
      }
      await judge(desk, 'user-resets');
    });

    it('says why a reset is not possible, before anything is sent', async () => {
      await setRules({ delivery: 'split' });
      await openDialog();
      // The address was set less than a day ago, and the user has a password of their own.
      await desk.getByText(fill(words.block['address-too-new'].title, { name: 'Ana' })).waitFor();
      expect(await dialog().getByRole('button').count()).toBe(1);
      await judge(desk, 'dialog-reset-blocked');
    });
  });
}
