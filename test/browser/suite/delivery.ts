import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { goodPassword } from '../../fixture/good-password.ts';
import { fillSignIn, heading, open, TEXT, type TestContext } from '../fixture/context.ts';

/** The issue of the portal: the first page, compressed. */
const FIRST_PAGE_MAX_BYTES = 150 * 1024;

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The body on the wire: `fetch` would unpack it. */
function getRaw(address: string, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    get(address, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    }).on('error', reject);
  });
}

/** Checks the page: one answer, small, cached correctly, and allowed only what it needs. */
export function describeDelivery(testContext: () => TestContext, adminIndex: number) {
  /** The admin, once it has a password of its own. */
  let person = { userName: '', password: '' };
  describe('the page', () => {
    const home = () => `${testContext().service.origin}/`;

    it('is served in the best accepted content coding, and is small', async () => {
      const plain = await getRaw(home());
      const br = await getRaw(home(), { 'accept-encoding': 'gzip, deflate, br' });
      const gzip = await getRaw(home(), { 'accept-encoding': 'gzip, br;q=0' });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(br.headers['content-encoding']).toBe('br');
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
      expect(br.body.length).toBeLessThan(FIRST_PAGE_MAX_BYTES);
      expect(gzip.body.length).toBeLessThan(FIRST_PAGE_MAX_BYTES);
      expect(br.headers.vary).toBe('Accept-Encoding, Accept-Language, Origin');
    });

    it('is revalidated each time and costs nothing if unchanged', async () => {
      const { headers } = await getRaw(home(), { 'accept-encoding': 'br' });
      expect(headers['cache-control']).toBe('no-cache');
      const etag = headers.etag ?? '';
      const same = await getRaw(home(), { 'accept-encoding': 'br', 'if-none-match': `W/${etag}` });
      expect(same.status).toBe(304);
      expect(same.body.length).toBe(0);
      expect(same.headers.etag).toBe(etag);
      const other = await getRaw(home(), { 'accept-encoding': 'br', 'if-none-match': '"x"' });
      expect(other.status).toBe(200);
    });

    it('has a content security policy without unsafe sources', async () => {
      const { headers } = await getRaw(home());
      const policy = `${headers['content-security-policy']}`;
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    });

    it('works after one request, in the language of the browser', async () => {
      const { page } = await open(testContext(), { locale: 'fr-FR' });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto('/');
      await heading(page, TEXT.fr.signIn.title);
      expect(requests.filter((address) => !address.startsWith('data:'))).toEqual([home()]);
      await page.getByLabel(TEXT.fr.language).selectOption('en');
      await heading(page, TEXT.en.signIn.title);
      await page.reload();
      await heading(page, TEXT.en.signIn.title);
    });

    it('leads password managers from the well-known address to the form', async () => {
      const { service } = testContext();
      const admin = await service.readyAdmin(adminIndex);
      const { page } = await open(testContext());
      await page.goto('/.well-known/change-password');
      await fillSignIn(page, admin.userName, admin.password);
      await heading(page, TEXT.en.profile.title);
      await page.locator('#currentPassword:focus').waitFor();
      const form = page.locator('form').filter({ has: page.locator('#newPassword') });
      expect(await form.getAttribute('method')).toBe('post');
      const autocomplete = await form
        .locator('input')
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('autocomplete')));
      expect(autocomplete).toEqual(['username', 'current-password', 'new-password']);
      const { passwordRules } = (await service.callChecked('GET', '/api/password-policy')).body;
      const given = await page.locator('#newPassword').getAttribute('passwordrules');
      expect(given).toBe(passwordRules);
      await page.locator('#currentPassword').fill(admin.password);
      await page.locator('#newPassword').fill(goodPassword(9));
      await page.locator('#newPassword').press('Enter');
      person = { userName: admin.userName, password: goodPassword(9) };
      await page.getByText(TEXT.en.profile.changed).waitFor();
      // Emptied passwords show a manager that it succeeded; the name says whose they are.
      const left = await form
        .locator('input')
        .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
      expect(left).toEqual([admin.userName, '', '']);
    });

    it('has no user-name field in a form without a password', async () => {
      const page = testContext().visits.at(-1)?.page;
      await page?.goto('/#/users');
      const search = page?.getByRole('searchbox');
      expect(await search?.getAttribute('autocomplete')).toBe('off');
      expect(await search?.getAttribute('id')).toBe('search');
      await page?.goto('/#/users/new');
      await page?.locator('#email').waitFor();
      const asked = await page
        ?.locator('form input[type=text], form input[type=email]')
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('autocomplete')));
      expect(asked).toEqual(['off', 'off', 'off']);
    });

    it('stores a user name and a device token only, which open nothing', async () => {
      const page = testContext().visits.at(-1)?.page;
      const kept = await page?.evaluate(() => [
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
      ]);
      const [local, ...others] = kept ?? [];
      expect(others).toEqual([{ 'portal-user-name': person.userName }, '']);
      expect(Object.keys(local ?? {})).toEqual(['portal-devices']);
      const devices = JSON.parse((local as Record<string, string>)['portal-devices'] ?? '{}');
      const [token] = Object.values(devices);
      const answer = await testContext().service.callChecked('GET', '/api/me', {
        token: String(token),
      });
      expect(answer.status).toBe(401);
    });

    it('sends the device token after a restart, and keeps none on shared computers', async () => {
      const { page } = await open(testContext());
      const sent: unknown[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/api/sign-in')) sent.push(request.postDataJSON().deviceToken);
      });
      const kept = () => page.evaluate(() => localStorage.getItem('portal-devices'));
      const signIn = async (isShared: boolean) => {
        await page.goto('/');
        await page.reload();
        if (isShared) await page.getByLabel(TEXT.en.signIn.shared).check();
        await fillSignIn(page, person.userName, person.password);
        await heading(page, TEXT.en.users.title);
      };
      await signIn(false);
      expect(await kept()).toContain(person.userName);
      await signIn(false);
      await signIn(true);
      expect(await kept()).toBeNull();
      await signIn(true);
      const types = sent.map((token) => typeof token);
      expect(types).toEqual(['undefined', 'string', 'string', 'undefined']);
    });
  });
}
