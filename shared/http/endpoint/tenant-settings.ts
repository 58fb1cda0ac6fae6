import type { Tenant } from '../../credential/name.ts';
import {
  readSettings,
  type SettingsRead,
  updateSettings,
} from '../../operation/tenant-settings.ts';
import { TenantSettings } from '../answer-schema.ts';
import { type Answer, defineEndpoint } from '../endpoint.ts';
import { UpdateTenantBody } from '../schema.ts';
import { viewSettings } from '../view.ts';

const answers = (description: string) => ({
  200: { description, schema: TenantSettings, headers: ['ETag'] },
});

function settingsAnswer(tenant: Tenant, { settings, tag }: SettingsRead): Answer {
  return { status: 200, body: viewSettings(tenant, settings), headers: { ETag: tag } };
}

export const readTenantEndpoint = defineEndpoint({
  name: 'readTenant',
  method: 'GET',
  route: 'api/tenant',
  summary: 'Read the settings of your own tenant.',
  access: 'admin',
  answers: answers('The settings.'),
  refusals: [],
  handle: async ({ services, principal }) => {
    const { tenant } = principal.user.value;
    return settingsAnswer(tenant, await readSettings(services, tenant));
  },
});

export const updateTenantEndpoint = defineEndpoint({
  name: 'updateTenant',
  method: 'PATCH',
  route: 'api/tenant',
  summary: 'Change the settings of your own tenant. null is the default.',
  access: 'globalAdmin',
  body: UpdateTenantBody,
  // RFC 7396.
  mediaTypes: ['application/merge-patch+json'],
  isConditional: true,
  answers: answers('The settings after the change.'),
  refusals: ['conflict'],
  handle: async ({ services, principal, ifMatch, body, context }) => {
    const { tenant } = principal.user.value;
    const request = { principal, ifMatch, patch: body.settings };
    return settingsAnswer(tenant, await updateSettings(services, request, context));
  },
});
