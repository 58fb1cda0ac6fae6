import type { Notice } from '../credential/notice.ts';

/**
 * Returns the body of a webhook: a CloudEvents 1.0 event in structured mode, with ids and types
 * only. A receiver that needs more reads it from the API, under rights of its own.
 */
export function toCloudEvent({ tenant, event }: Notice, publicOrigin: string): string {
  const { eventId, type, atMs, actor, subject, sequence } = event;
  return JSON.stringify({
    specversion: '1.0',
    id: eventId,
    source: `${publicOrigin}/tenants/${tenant}`,
    type: `org.portal-credentials.${type}.v1`,
    subject: 'userId' in subject ? subject.userId : tenant,
    time: new Date(atMs).toISOString(),
    sequence,
    datacontenttype: 'application/json',
    data: { type, tenant, subject, actor },
  });
}

/** Returns the body of a try by an operator, which is about no event. */
export function toTestEvent(id: string, atMs: number, publicOrigin: string): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: publicOrigin,
    type: 'org.portal-credentials.notice.test.v1',
    time: new Date(atMs).toISOString(),
    datacontenttype: 'application/json',
    data: { type: 'notice.test' },
  });
}
