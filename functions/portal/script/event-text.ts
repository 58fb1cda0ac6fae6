import {
  type AccountEvent,
  type EventType,
  type Reset,
  ROLES,
  type Role,
} from '../client/index.ts';
import type { Localized, Naming, Person } from './app.ts';
import { fill, type PortalCatalogue, type Translator } from './text.ts';
import { verificationText } from './verification-text.ts';

/** The names of the people in the events, and which of them is the reader. */
export type EventApp = Localized & Naming & Pick<Person, 'session'>;

type Details = Readonly<Record<string, unknown>>;
type DetailName = keyof PortalCatalogue['events']['detail'];

/** Said by the action itself, or by the line about the roles. */
const SAID_ELSEWHERE = [
  'changed',
  'rolesBefore',
  'rolesAfter',
  'userName',
  'displayName',
  'noticeEvent',
];

/** The details that are ids of users. */
const USER_IDS: readonly string[] = ['disownedResetBy', 'issuedBy'];

function isRole(id: unknown): id is Role {
  return ROLES.some((role) => role === id);
}

function listOf(values: unknown, name: (value: unknown) => string): string {
  return Array.isArray(values) ? values.map(name).join(', ') : name(values);
}

/** Returns the name of an event, in a few words. */
export function whatHappened({ type, details }: AccountEvent, text: PortalCatalogue): string {
  const { events } = text;
  const member: Readonly<Record<string, string>> = events.member;
  const members = listOf(details.changed ?? [], (name) => member[`${name}`] ?? `${name}`);
  // The service may be newer than this page.
  return fill(events.type[type] ?? type, { members });
}

/** Returns the details for an auditor, one a line. */
export function detailLines(app: EventApp, { details }: AccountEvent): readonly string[] {
  const { translator, userNames } = app;
  const { events, role } = translator.text;
  const roleName = (id: unknown) => (isRole(id) ? role[id].name : `${id}`);
  const { rolesBefore, rolesAfter } = details as Details;
  const roles =
    rolesBefore === undefined
      ? []
      : [
          fill(events.rolesChanged, {
            before: listOf(rolesBefore, roleName),
            after: listOf(rolesAfter ?? [], roleName),
          }),
        ];
  const said = (label: string, value: string) => fill(events.line, { label, value });
  const others = Object.entries(details)
    .filter(([name, value]) => !SAID_ELSEWHERE.includes(name) && value !== false)
    .map(([name, value]) => {
      const label = events.detail[name as DetailName] ?? name;
      if (value === true) return label;
      if (USER_IDS.includes(name)) return said(label, userNames.nameOf(`${value}`));
      if (name === 'notice') return said(label, events.type[value as EventType] ?? `${value}`);
      return said(
        label,
        detailText(name, value, translator) ?? valueText(value, translator, roleName),
      );
    });
  return [...roles, ...others];
}

/** @returns undefined if the value speaks for itself */
function detailText(name: string, value: unknown, translator: Translator): string | undefined {
  const { resets } = translator.text;
  if (['resetBefore', 'resetAfter', 'pending'].includes(name)) {
    return listOf(value, (rule) => ruleText(`${rule}`, translator.text));
  }
  if (name === 'expiresInSeconds') return translator.duration(Number(value) * 1000);
  if (name === 'delivery') return resets.delivery[value as NonNullable<Reset['delivery']>];
  if (name !== 'verification') return undefined;
  return verificationText(translator, value as NonNullable<Reset['verification']>);
}

/** Returns a rule such as `reason=required` in words. */
function ruleText(rule: string, { organisation, events }: PortalCatalogue): string {
  const [name = '', choice = ''] = rule.split('=');
  const label = (organisation.rule as Readonly<Record<string, string>>)[name];
  const choices = organisation.choice as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const value = choices[name]?.[choice] ?? choice;
  return label === undefined ? rule : fill(events.line, { label, value });
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function valueText(
  value: unknown,
  translator: Translator,
  roleName: (id: unknown) => string,
): string {
  if (typeof value === 'number') return translator.number(value);
  if (typeof value === 'string' && INSTANT.test(value)) return translator.dateTime(value);
  return listOf(value, roleName);
}

/** Returns the actor in the words of the reader. */
export function byWhom(
  app: EventApp,
  { actor, subject }: Pick<AccountEvent, 'actor' | 'subject'>,
): string {
  const { events } = app.translator.text;
  if ('system' in actor) return events[actor.system] ?? actor.system;
  if (actor.userId === app.session?.user.userId) return events.you;
  if ('userId' in subject && actor.userId === subject.userId) return events.theUser;
  return app.userNames.nameOf(actor.userId);
}

/** Keeps the names of deleted users, which their last events hold. */
export function learnNames(app: EventApp, items: readonly AccountEvent[]): void {
  for (const { type, subject, details } of items) {
    const { userName, displayName } = details as Details;
    if (type === 'user.deleted' && 'userId' in subject && typeof userName === 'string') {
      const name = typeof displayName === 'string' ? displayName : userName;
      app.userNames.remember({ ...subject, userName, displayName: name }, true);
    }
  }
}

/** Returns the events as rows of a file, names and ids beside each other. */
export function eventRows(app: EventApp, items: readonly AccountEvent[]): string[][] {
  const { translator, userNames } = app;
  const { events } = translator.text;
  const person = (subject: AccountEvent['subject']): string[] =>
    'tenant' in subject
      ? [events.organisation, '', subject.tenant]
      : [
          userNames.nameOf(subject.userId),
          userNames.userNameOf(subject.userId) ?? '',
          subject.userId,
        ];
  const rows = items.map((event): string[] => [
    event.at,
    translator.exactTime(event.at),
    event.type,
    whatHappened(event, translator.text),
    detailLines(app, event).join('; '),
    ...person(event.subject),
    byWhom(app, event),
    'userId' in event.actor ? event.actor.userId : event.actor.system,
    event.requestId,
  ]);
  return [[...events.csv], ...rows];
}
