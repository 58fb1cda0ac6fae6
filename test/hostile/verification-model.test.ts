import fc from 'fast-check';
import { expect, it } from 'vitest';
import { issueSupportCode } from '../../shared/operation/support-code.ts';
import { updateSettings } from '../../shared/operation/tenant-settings.ts';
import { allRows } from '../fixture/archive.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, outcomeText } from '../fixture/operations.ts';
import { checkHostile } from './fixture/replay.ts';

/**
 * Goal: in a tenant that requires a proof, a liar on the phone gets no reset from an admin who
 * sends what the liar says, and neither the rows nor the log hold what the liar would need.
 */

const STEPS = ['owner gets code', 'owner is reset', 'liar has none', 'liar guesses'] as const;
const step = fc.oneof(
  fc.constantFrom(...STEPS, 'liar overheard old' as const),
  fc.record({ waitMinutes: fc.integer({ min: 1, max: 61 }) }),
);

it('gives a caller without the code of a session no reset, in any history', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 10 });
  const property = fc.asyncProperty(steps, async (taken) => {
    const operations = await createOperations();
    try {
      const admin = await operations.readyAdmin();
      const ana = await operations.addReadyUser(admin, 'ana@contoso.example');
      const { dependencies } = operations;
      const patch = { reset: { verification: 'required' } } as const;
      const change = { principal: await operations.sessionOf(admin), patch, ifMatch: undefined };
      await updateSettings(dependencies, change, operations.context());
      let session = ana;
      let live: string | undefined;
      const old = ['0000-0000'];
      let password = 10;
      const ask = (code?: string) =>
        operations.reset(admin, ana.userId, {
          ...(code !== undefined && { verification: { kind: 'supportCode', code } as const }),
        });
      for (const each of taken) {
        if (typeof each === 'object') operations.pass(each.waitMinutes * 60_000);
        else if (each === 'owner gets code') {
          const principal = await operations.sessionOf(session);
          const issuing = issueSupportCode(dependencies, principal, operations.context());
          const issued = await issuing.catch(() => undefined);
          if (issued === undefined) continue;
          if (live !== undefined) old.push(live);
          live = issued.code;
        } else if (each === 'owner is reset') {
          if (live === undefined) continue;
          const done = await ask(live).catch(() => undefined);
          old.push(live);
          live = undefined;
          if (done === undefined) continue;
          const token = await operations.changeToken(ana.userName, done);
          password += 1;
          const signedIn = await operations.changePassword(token, goodPassword(password));
          session = { ...session, token: signedIn.access.token, password: goodPassword(password) };
        } else {
          const said = { 'liar has none': undefined, 'liar guesses': 'ZZZZ-ZZZZ' };
          const code = each === 'liar overheard old' ? old.at(-1) : said[each];
          const refused = ['verification-failed', 'too-many-attempts'];
          const expected = code === undefined ? ['reset-requirements-unmet'] : refused;
          expect(expected).toContain((await outcomeText(ask(code))).split(' ')[0]);
        }
        const kept = JSON.stringify([await allRows(operations), operations.logged]);
        for (const code of [live, ...old.slice(1)].filter((one) => one !== undefined)) {
          expect(kept).not.toContain(code);
          expect(kept).not.toContain(code.replace('-', ''));
        }
      }
    } finally {
      await operations.stop();
    }
  });
  await checkHostile(property, { short: 12, long: 400 });
});
