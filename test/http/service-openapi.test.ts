import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { loadFunctionApp } from '../../infra/local/host/function-app.ts';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { methodsOf } from '../../shared/http/endpoint.ts';
import { openApiDocument } from '../../shared/http/openapi.ts';
import { PROBLEM_CODES, PROBLEM_STATUS } from '../../shared/http/problem.ts';

/** The description of the interface, and the functions that the deployable package registers. */

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly required: boolean; readonly content: object };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const document = openApiDocument(
  { publicOrigin: 'https://portal.example', version: '1.2.3' },
  endpoints,
) as {
  readonly openapi: string;
  readonly info: { readonly description: string; readonly version: string };
  readonly servers: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  it('passes the linter without a warning', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const remarks = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: '/openapi.json',
      config,
    });
    const found = remarks
      .map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`)
      // A redirect is all that this address is for: it never answers 2xx.
      .filter((each) => !/^operation-2xx-response .*change-password\/get\/responses$/.test(each));
    expect(found).toEqual([]);
  });

  it('is version 3.1 and names the public origin', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: 'https://portal.example' }]);
  });

  it('has the given version', () => {
    expect(document.info.version).toBe('1.2.3');
  });

  it('describes every endpoint and nothing else', () => {
    const described = operations.map(({ path, method, operation }) => [
      operation.operationId,
      method.toUpperCase(),
      path.slice(1),
    ]);
    const wanted = endpoints.map(({ name, method, route }) => [name, method, route]);
    expect(described.toSorted()).toEqual(wanted.toSorted());
  });

  it('names every code of the contract with its status', () => {
    const described = new Map<string, Set<string>>();
    for (const { operation } of operations) {
      for (const [status, { description }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        for (const code of description.split(', ')) {
          described.set(code, (described.get(code) ?? new Set()).add(status));
        }
      }
    }
    // A wrong method is no operation: the introduction describes it.
    expect(document.info.description).toContain('`method-not-allowed`');
    const { 'method-not-allowed': _, ...others } = PROBLEM_STATUS;
    const wanted = Object.entries(others).map(([code, status]) => [code, [`${status}`]]);
    const found = [...described].map(([code, statuses]) => [code, [...statuses]]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(PROBLEM_CODES).toContain('method-not-allowed');
  });

  it('marks the calls that take a token, a body or a condition', () => {
    for (const endpoint of endpoints) {
      const found = operations.find(({ operation }) => operation.operationId === endpoint.name);
      const { security, requestBody, parameters = [] } = found?.operation ?? ({} as Operation);
      const isAnonymous = endpoint.access === 'anonymous';
      expect(security, endpoint.name).toEqual(isAnonymous ? [] : [{ bearer: [] }]);
      expect(requestBody?.required ?? false).toBe(
        endpoint.body !== undefined && endpoint.isBodyOptional !== true,
      );
      const hasCondition = parameters.some(({ name }) => name === 'If-Match');
      expect(hasCondition).toBe(endpoint.isConditional === true);
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => `{${name}}`);
      expect(inPath).toEqual(endpoint.route.match(/\{\w+\}/g) ?? []);
    }
  });

  it('allows no member of a body that validation would reject', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (name.endsWith('Body')) expect(schema).toMatchObject({ additionalProperties: false });
    }
  });
});

describe('the deployed package', () => {
  const packageDirectory = fileURLToPath(new URL('../../dist/package', import.meta.url));

  it('registers exactly the endpoints, the timers and the fallback', async () => {
    const app = await loadFunctionApp({ packageDirectory, log: () => {} });
    expect(app.routePrefix).toBe('');
    const registered = app.functions.map(({ name, bindings }) => {
      const binding = Object.values(bindings).find(({ type }) => type.endsWith('Trigger'));
      const { type, route, methods, authLevel, schedule } = binding as typeof binding & {
        readonly authLevel?: string;
      };
      return { name, type, route, methods: methods?.toSorted(), authLevel, schedule };
    });
    const http = { type: 'httpTrigger', authLevel: 'anonymous', schedule: undefined };
    const wanted = [
      ...endpoints.map((endpoint) => {
        const { name, route } = endpoint;
        return { ...http, name, route, methods: methodsOf(endpoint) };
      }),
      {
        ...http,
        name: 'zFallback',
        route: '{*path}',
        methods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
      },
      {
        name: 'expireTemporaryPasswords',
        type: 'timerTrigger',
        route: undefined,
        methods: undefined,
        authLevel: undefined,
        schedule: '%SWEEP_SCHEDULE%',
      },
      {
        name: 'deliverNotices',
        type: 'timerTrigger',
        route: undefined,
        methods: undefined,
        authLevel: undefined,
        schedule: '%NOTICE_SCHEDULE%',
      },
    ];
    const byName = (one: { name: string }, other: { name: string }) =>
      one.name < other.name ? -1 : 1;
    // The portal's own functions are pages, not part of the interface.
    const ours = registered.filter(({ name }) => !/^portal/i.test(name));
    expect(ours.toSorted(byName)).toEqual(wanted.toSorted(byName));
    const last = registered.map(({ name }) => name.toLowerCase()).toSorted();
    expect(last.at(-1)).toBe('zfallback');
  });
});
