import type { EventType } from '../../shared/credential/event.ts';
import type { ReportedEvent } from './event-report.ts';

/** The version of the Open Cybersecurity Schema Framework (schema.ocsf.io). */
export const OCSF_VERSION = '1.1.0';
const CLASS_UID = 3001;
/** The category Identity and Access Management. */
const CATEGORY_UID = 3;
const OTHER = 99;
const INFORMATIONAL = 1;
const SUCCESS = 1;

/** The activities of the class Account Change; other types are Other, with our name. */
const ACTIVITIES: Readonly<Partial<Record<EventType, readonly [number, string]>>> = {
  'user.created': [1, 'Create'],
  'user.enabled': [2, 'Enable'],
  'password.changed': [3, 'Password Change'],
  'password.reset': [4, 'Password Reset'],
  'user.disabled': [5, 'Disable'],
  'user.deleted': [6, 'Delete'],
  'credential.locked': [9, 'Lock'],
};

interface Person {
  readonly userId: string;
  readonly userName?: string;
}

function toUser({ userId, userName }: Person, tenant: string) {
  return { uid: userId, ...(userName !== undefined && { name: userName }), domain: tenant };
}

/** Turns an event into OCSF's Account Change; its times are milliseconds since 1970. */
export function toAccountChange(event: ReportedEvent) {
  const { tenant, type, actor, subject } = event;
  const [activityId, activity] = ACTIVITIES[type] ?? [OTHER, type];
  return {
    class_uid: CLASS_UID,
    class_name: 'Account Change',
    category_uid: CATEGORY_UID,
    category_name: 'Identity & Access Management',
    activity_id: activityId,
    activity_name: activity,
    type_uid: CLASS_UID * 100 + activityId,
    type_name: `Account Change: ${activity}`,
    severity_id: INFORMATIONAL,
    status_id: SUCCESS,
    time: Date.parse(event.at),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'portal-credentials', vendor_name: 'portal-credentials' },
      uid: event.eventId,
      correlation_uid: event.requestId,
      event_code: type,
      sequence: event.sequence,
      tenant_uid: tenant,
    },
    user: 'tenant' in subject ? { name: tenant, domain: tenant } : toUser(subject, tenant),
    actor: 'system' in actor ? { app_name: actor.system } : { user: toUser(actor, tenant) },
    unmapped: event.details,
  };
}
