import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue, LANGUAGES } from '../../shared/http/language.ts';
import { htmlPage } from '../../shared/http/page.ts';
import { PROBLEM_CODES, PROBLEM_STATUS } from '../../shared/http/problem.ts';
import { JSON_TYPE, startTestContext, type TestContext, UNKNOWN_ID } from './fixture/context.ts';
import { expectProblem } from './fixture/raw-service.ts';

/** Checks the texts for people: their language, and the pages that explain problems. */

let testContext: TestContext;

beforeAll(async () => {
  testContext = await startTestContext();
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

/** CONTRACT.md "Common rules", by hand: a slug or a status that changes breaks callers. */
const TABLE = {
  'malformed-request': 400,
  'invalid-credentials': 401,
  'temporary-password-expired': 401,
  'invalid-token': 401,
  forbidden: 403,
  'self-reset-forbidden': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'user-name-taken': 409,
  'last-global-admin': 409,
  conflict: 409,
  'reset-required': 409,
  'reset-requirements-unmet': 409,
  'already-done': 409,
  'length-required': 411,
  'precondition-failed': 412,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  validation: 422,
  'verification-failed': 422,
  'password-rejected': 422,
  'too-many-attempts': 429,
  'internal-error': 500,
  overloaded: 503,
  'dependency-unavailable': 503,
};

describe('the page of a problem', () => {
  it('exists for every code of the contract and for no other', async () => {
    expect(PROBLEM_STATUS).toEqual(TABLE);
    const other = await testContext.send('GET', '/problems/other');
    expectProblem(other, 404, 'not-found');
  });

  const pages = PROBLEM_CODES.flatMap((code) => LANGUAGES.map((language) => ({ code, language })));

  it.each(pages)('is served for $code in $language', async ({ code, language }) => {
    const headers = { 'accept-language': language };
    const answer = await testContext.send('GET', `/problems/${code}`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'referrer-policy': 'no-referrer',
      vary: 'Accept-Language',
    });
    const { title, detail } = catalogue(language).problem[code];
    const escaped = (text: string) => text.replaceAll("'", '&#39;').replaceAll('"', '&quot;');
    expect(answer.text).toMatch(/^<!doctype html>\n/);
    for (const part of [
      `<html lang="${language}">`,
      `<title>${escaped(title)}</title>`,
      `<h1>${escaped(title)}</h1>`,
      `<p>${escaped(detail)}</p>`,
      `<dd>${code}</dd>`,
      `<dd>${TABLE[code]}</dd>`,
    ]) {
      expect(answer.text).toContain(part);
    }
    const policy = String(answer.headers['content-security-policy']).split('; ');
    const style = /<style>([^<]*)<\/style>/.exec(answer.text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.toSorted()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      `style-src 'sha256-${hash}'`,
    ]);
    expect(answer.text).not.toMatch(/<script|<link|<img|\son\w+=|\sstyle=/i);
  });

  it('escapes all its texts', () => {
    const hostile = `</title><script>alert("x")</script>&'`;
    const { body } = htmlPage({
      language: 'en',
      title: hostile,
      paragraphs: [hostile],
      facts: [[hostile, hostile]],
    });
    const escaped = '&lt;/title&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;';
    expect(String(body).split(escaped)).toHaveLength(1 + 5);
    expect(body).not.toMatch(/<script/);
  });

  it('is the target of the type of each problem', async () => {
    const refused = await testContext.send('GET', '/api/me');
    const { origin, pathname } = new URL(refused.body.type);
    expect(origin).toBe(testContext.service.origin);
    const page = await testContext.send('GET', pathname);
    expect(page.status).toBe(200);
    expect(page.text).toContain('invalid-token');
  });
});

describe('the language of an answer', () => {
  const NEGOTIATED: readonly (readonly [header: string | undefined, language: 'en' | 'fr'])[] = [
    [undefined, 'en'],
    ['en', 'en'],
    ['fr', 'fr'],
    ['FR', 'fr'],
    ['fr-CA', 'fr'],
    ['fr-Latn-CA-x-private', 'fr'],
    ['en-GB,fr;q=0.9', 'en'],
    ['fr;q=0.8, en;q=0.9', 'en'],
    ['fr;q=0.9, en;q=0.8', 'fr'],
    ['en;q=0.5, fr;q=0.5', 'en'],
    ['fr;q=0.5, en;q=0.5', 'fr'],
    ['de, es;q=0.9, fr;q=0.1', 'fr'],
    ['de', 'en'],
    ['zz-ZZ', 'en'],
    ['*', 'en'],
    ['*, fr;q=0.1', 'fr'],
    ['fr;q=0', 'en'],
    ['fr;q=0, *', 'en'],
    ['fr;q=0.000, en;q=0.001', 'en'],
    ['fr ; q=0.9 , en ; q=0.1', 'fr'],
    ['fr;Q=0.9, en;q=0.1', 'fr'],
    // Malformed ones decide nothing.
    ['', 'en'],
    [',;,;', 'en'],
    ['fr;q=2', 'en'],
    ['fr;q=-1', 'en'],
    ['fr;q=x', 'en'],
    ['fr;q=NaN, en', 'en'],
    ['french', 'en'],
    ['fr_CA', 'en'],
    ['<script>', 'en'],
    [`${'de,'.repeat(2000)}fr`, 'fr'],
  ];

  it.each(NEGOTIATED)('for Accept-Language %.40j is %s', async (header, language) => {
    const headers = header === undefined ? {} : { 'accept-language': header };
    const answer = await testContext.send('GET', '/api/password-policy', { headers });
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.headers.vary).toBe('Accept-Language');
    expect(answer.body.rules[1]).toBe(catalogue(language).policyRule.composition);
    const problem = await testContext.send('GET', '/nowhere', { headers });
    expectProblem(problem, 404, 'not-found');
    expect(problem.body).toMatchObject(catalogue(language).problem['not-found']);
  });

  it("falls back to the user's locale once the user is known", async () => {
    const { send, globalAdmin, agent } = testContext;
    const body = JSON.stringify({ locale: 'fr-CA' });
    const path = `/api/users/${agent.userId}`;
    const options = { token: globalAdmin.token, headers: JSON_TYPE, body };
    expect((await send('PATCH', path, options)).status).toBe(200);

    for (const [header, language] of [
      [undefined, 'fr'],
      ['*', 'fr'],
      ['de', 'fr'],
      ['en', 'en'],
      ['de, en;q=0.1', 'en'],
    ] as const) {
      const headers = header === undefined ? {} : { 'accept-language': header };
      const me = await send('GET', '/api/me', { token: agent.token, headers });
      expect(me.headers['content-language'], header).toBe(language);
      expect(me.body.roles[0].name).toBe(catalogue(language).role.salesAgent.name);
      expect(me.body.passwordInstructions).toEqual(catalogue(language).passwordInstructions);
      const refused = await send('GET', '/api/users', { token: agent.token, headers });
      expectProblem(refused, 403, 'forbidden');
      expect(refused.body.title).toBe(catalogue(language).problem.forbidden.title);
    }
  });

  it('of a sign-in is the user’s after proof, and reveals nothing before', async () => {
    const { agent } = testContext;
    const signIn = (password: string) => {
      const body = JSON.stringify({ userName: agent.userName, password });
      return testContext.send('POST', '/api/sign-in', { headers: JSON_TYPE, body });
    };
    const wrong = await signIn('wrong');
    expectProblem(wrong, 401, 'invalid-credentials');
    expect(wrong.headers['content-language']).toBe('en');
    const right = await signIn(agent.password);
    expect(right.headers['content-language']).toBe('fr');
    expect(right.body.user.roles[0].name).toBe(catalogue('fr').role.salesAgent.name);
  });

  it('applies to errors, reasons and instructions', async () => {
    const { send, globalAdmin, agent } = testContext;
    const fr = catalogue('fr');
    const headers = { ...JSON_TYPE, 'accept-language': 'fr' };
    const { token } = globalAdmin;
    const invalid = await send('POST', '/api/users', { token, headers, body: '{}' });
    expectProblem(invalid, 422, 'validation');
    expect(invalid.body.errors[0].detail).toBe(fr.field.required);
    const weak = JSON.stringify({ currentPassword: agent.password, newPassword: 'aaa' });
    const rejected = await send('POST', '/api/me/password', {
      token: agent.token,
      headers,
      body: weak,
    });
    expectProblem(rejected, 422, 'password-rejected');
    expect(rejected.body.reasons).toContainEqual({
      code: 'too-short',
      detail: fr.policyReason['too-short'](15),
    });
    const stale = await send('DELETE', `/api/users/${UNKNOWN_ID}`, { token, headers });
    expect(stale.body.title).toBe(fr.problem['not-found'].title);
    const body = { userName: 'ben@contoso.example', displayName: 'Ben', roles: ['salesAgent'] };
    const made = await send('POST', '/api/users', { token, headers, body: JSON.stringify(body) });
    expect(made.status).toBe(201);
    testContext.service.noteSecret(made.body.temporaryPassword.value);
    expect(made.body.temporaryPassword.instructions).toBe(fr.temporaryPasswordInstructions);
  });
});
