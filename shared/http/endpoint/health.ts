import { Health, Readiness } from '../answer-schema.ts';
import { type Call, defineEndpoint } from '../endpoint.ts';
import { NotReady } from '../readiness.ts';

export const healthLiveEndpoint = defineEndpoint({
  name: 'healthLive',
  method: 'GET',
  route: 'api/health/live',
  summary: 'Check that the process answers.',
  access: 'anonymous',
  answers: { 200: { description: 'Always, while the process answers.', schema: Health } },
  refusals: [],
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
});

/**
 * Requires that the parts can be checked.
 * @throws {NotReady} a setting is wrong
 */
function requireParts(call: Pick<Call<'anonymous', unknown, unknown>, 'services'>) {
  try {
    return call.services.findUnavailableParts;
  } catch (cause) {
    throw new NotReady([], { cause });
  }
}

export const healthReadyEndpoint = defineEndpoint({
  name: 'healthReady',
  method: 'GET',
  route: 'api/health/ready',
  summary: 'Check tables and vault (cached for 5 s).',
  access: 'anonymous',
  answers: {
    200: {
      description: 'Ready, with the bcrypt engine and the version of the service.',
      schema: Readiness,
    },
    503: { description: 'Not ready. The problem names the parts that do not answer.' },
  },
  refusals: [],
  handle: async (call) => {
    const parts = await requireParts(call)();
    if (parts.length > 0) throw new NotReady(parts);
    const { hashEngine, version } = call.services;
    return { status: 200, body: { status: 'ok', hashEngine: hashEngine(), version } };
  },
});
