import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { BODY_MAX_BYTES } from '../../shared/http/request.ts';
import {
  CHANGING,
  JSON_TYPE,
  lookAtAll,
  passing,
  sendTo,
  startTestContext,
  type TestContext,
  withBody,
  writing,
} from './fixture/context.ts';
import { expectProblem, expectValidation } from './fixture/raw-service.ts';

/** Bodies that are no JSON object, of a wrong type or too large, at every endpoint there is. */

let testContext: TestContext;
let before: unknown;

beforeAll(async () => {
  testContext = await startTestContext();
  before = await lookAtAll(testContext);
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const utf8 = (text: string) => Buffer.from(text);
const inside = (bytes: Buffer) => Buffer.concat([utf8('{"a":"'), bytes, utf8('"}')]);

const MALFORMED: Readonly<Record<string, string | Buffer>> = {
  'an open brace': '{',
  'nothing but spaces': '   ',
  'a trailing comma': '{"a":1,}',
  'single quotes': "{'a':1}",
  'a comment': '{}//',
  'two objects': '{}{}',
  'a bare word': 'undefined',
  'NaN as a value': '{"a":NaN}',
  'a form': 'userName=ana&password=x',
  'an array': '[]',
  'an array of an object': '[{}]',
  'a string': '"{}"',
  'a number': '1e3',
  null: 'null',
  true: 'true',
  'a raw line end in a string': '{"a":"\n"}',
  'a lone high surrogate': '{"a":"\\ud800"}',
  'a lone low surrogate': '{"a":"\\udc00\\ud800"}',
  'a lone surrogate in a name': '{"\\ud800":1}',
  'a lone surrogate deep inside': '{"a":[{"b":["\\udfff"]}]}',
  NUL: '{"a":"\\u0000"}',
  'NUL in a name': '{"a\\u0000":1}',
  'a raw NUL': inside(Buffer.of(0)),
  'a byte that UTF-8 never has': inside(Buffer.of(0xff)),
  'a cut sequence': inside(Buffer.of(0xe2, 0x82)),
  'an overlong sequence': inside(Buffer.of(0xc0, 0xaf)),
  'a surrogate as UTF-8': inside(Buffer.of(0xed, 0xa0, 0x80)),
  'Latin-1': Buffer.from('{"a":"é"}', 'latin1'),
  'UTF-16': Buffer.from('{}', 'utf16le'),
  'a name twice': '{"a":1,"a":1}',
  'a name twice in two spellings': '{"a":1,"\\u0061":2}',
  'a name twice deep inside': '{"a":[{"b":"\\":{","b":1}]}',
  'brackets without end': '['.repeat(BODY_MAX_BYTES),
  'braces without end': '{"a":'.repeat(BODY_MAX_BYTES / 5),
};

it.each(Object.entries(MALFORMED))(
  'answers malformed-request everywhere to %s',
  async (_name, body) => {
    for (const endpoint of writing) {
      const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
      expectProblem(answer, 400, 'malformed-request', endpoint.name);
    }
  },
);

const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

/** A body with one unknown member, and the place where the answer says so. */
const UNKNOWN_MEMBERS: Readonly<Record<string, string>> = {
  '{"unknown":1}': '/unknown',
  '{"__proto__":{"roles":["globalAdmin"]}}': '/__proto__',
  '{"constructor":{"prototype":{"roles":1}}}': '/constructor',
  '{"toString":null}': '/toString',
  '{"hasOwnProperty":1}': '/hasOwnProperty',
  '{"":1}': '/',
  '{"a/b~c":1}': '/a~1b~0c',
  '{"UserName":"ana@contoso.example"}': '/UserName',
  '{"\u202egnimoc":1}': '/\u202egnimoc',
  '{"\u{1f600}":1}': '/\u{1f600}',
  '{"e\u0301":1}': '/e\u0301',
  [nested((BODY_MAX_BYTES - 6) / 2)]: '/a',
  [`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`]: '/a',
};

it.each(Object.entries(UNKNOWN_MEMBERS))(
  'rejects an unknown member everywhere: %.40s',
  async (text, place) => {
    for (const endpoint of writing) {
      const isLarge = text.length > 1000;
      // Beside a body that is right, so that this member alone is wrong.
      const right = JSON.stringify(passing(testContext, endpoint).body ?? {});
      const comma = right === '{}' ? '' : ',';
      const body = isLarge ? text : `${right.slice(0, -1)}${comma}${text.slice(1)}`;
      const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
      if (!isLarge) expectValidation(answer, [place], endpoint.name);
      else {
        expectProblem(answer, 422, 'validation', endpoint.name);
        expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer: place }));
      }
    }
  },
);

const WRONG_TYPES: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'content-type': '' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'text/json' },
  { 'content-type': 'application/jsonp' },
  { 'content-type': 'application/problem+json' },
  { 'content-type': 'application/json-patch+json' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=application/json' },
  { 'content-type': 'application/json, text/plain' },
  { 'content-type': 'application/json; charset=iso-8859-1' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'application/json; charset=' },
];

const RIGHT_TYPES = [
  'application/json',
  'Application/JSON',
  'application/json;charset=utf-8',
  'application/json; Charset="UTF-8"',
  'application/json; profile=x',
];

describe('the media type', () => {
  it.each(WRONG_TYPES)('(%j) is unsupported everywhere', async (headers) => {
    for (const endpoint of writing) {
      const { body = {} } = passing(testContext, endpoint);
      const answer = await sendTo(testContext, endpoint, { headers, body: JSON.stringify(body) });
      expectProblem(answer, 415, 'unsupported-media-type', endpoint.name);
    }
  });

  it.each(RIGHT_TYPES)('(%s) is accepted by every described body', async (type) => {
    for (const endpoint of withBody) {
      const { body, status } = passing(testContext, endpoint);
      const headers = { 'content-type': type };
      const answer = await sendTo(testContext, endpoint, { headers, body: JSON.stringify(body) });
      expect(answer.status, endpoint.name).toBe(status);
    }
  });

  it('of a merge patch is accepted by PATCH only', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    for (const endpoint of writing) {
      const { body = {}, status } = passing(testContext, endpoint);
      const answer = await sendTo(testContext, endpoint, { headers, body: JSON.stringify(body) });
      const wanted = endpoint.method === 'PATCH' ? status : 415;
      expect(answer.status, endpoint.name).toBe(wanted);
    }
  });
});

describe('the size of a body', () => {
  it('may be 16 KiB and not a byte more', async () => {
    for (const endpoint of writing) {
      const { body = {}, status, path, token } = passing(testContext, endpoint);
      const text = JSON.stringify(body);
      const padded = (length: number) => `${text.slice(0, -1).padEnd(length - 1, ' ')}}`;
      const send = (length: number) =>
        testContext.send(endpoint.method, path, {
          token,
          headers: JSON_TYPE,
          body: padded(length),
        });
      expectProblem(await send(16_385), 413, 'body-too-large', endpoint.name);
      // The one that changes something.
      if (CHANGING.includes(endpoint.name)) continue;
      expect((await send(16_384)).status, endpoint.name).toBe(status);
    }
  });

  it('is counted in bytes', async () => {
    // 8,193 times two bytes within quotes.
    const body = `{"a":"${'é'.repeat(8193)}"}`;
    expect(body.length).toBeLessThan(BODY_MAX_BYTES);
    for (const endpoint of writing) {
      const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
      expectProblem(answer, 413, 'body-too-large', endpoint.name);
    }
  });

  it('of a megabyte is rejected with body-too-large', async () => {
    for (const endpoint of writing) {
      const body = `{"a":"${'x'.repeat(1024 * 1024)}"}`;
      const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
      expectProblem(answer, 413, 'body-too-large', endpoint.name);
    }
  });

  // The local host refused more than 8 MiB by itself, without a problem and before the token.
  it('of ten megabytes is rejected alike, after the token', async () => {
    const sent = { headers: JSON_TYPE, body: 'x'.repeat(10 * 1024 * 1024) };
    expectProblem(await testContext.send('POST', '/api/sign-in', sent), 413, 'body-too-large');
    expectProblem(await testContext.send('POST', '/api/users', sent), 401, 'invalid-token');
  });
});

describe('a missing body', () => {
  it('is malformed where a body is required, whatever its type', async () => {
    for (const endpoint of withBody.filter(({ isBodyOptional }) => !isBodyOptional)) {
      const typed = await sendTo(testContext, endpoint, { headers: JSON_TYPE });
      expectProblem(typed, 400, 'malformed-request', endpoint.name);
      const untyped = await sendTo(testContext, endpoint);
      expectProblem(untyped, 415, 'unsupported-media-type', endpoint.name);
    }
  });

  it('equals an empty object where no body is required', async () => {
    const bare = writing.filter(({ body, isBodyOptional }) => body === undefined || isBodyOptional);
    for (const endpoint of bare) {
      if (CHANGING.includes(endpoint.name)) continue;
      const { status } = passing(testContext, endpoint);
      const empty = await sendTo(testContext, endpoint);
      const typed = await sendTo(testContext, endpoint, { headers: JSON_TYPE });
      const object = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body: '{}' });
      const statuses = [empty.status, typed.status, object.status];
      expect(statuses, endpoint.name).toEqual([status, status, status]);
    }
  });

  it('is normal for GET, which ignores a body', async () => {
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      const { status } = passing(testContext, endpoint);
      for (const body of ['[', '{"a":1}', Buffer.of(0xff)]) {
        const answer = await sendTo(testContext, endpoint, { headers: JSON_TYPE, body });
        expect(answer.status, endpoint.name).toBe(status);
      }
    }
  });
});

it('changes nothing by any bad body', async () => {
  expect(await lookAtAll(testContext)).toEqual(before);
});
