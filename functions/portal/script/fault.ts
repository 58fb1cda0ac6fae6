import { Problem } from '../client/index.ts';
import { Unreachable } from './api.ts';
import type { Notice } from './component/notice.ts';
import { fill, type PortalCatalogue } from './text.ts';

/** Codes whose `detail` is written for programs; the portal says it in its own words. */
function ownWords(code: string, text: PortalCatalogue) {
  const { fault } = text;
  if (code === 'validation') return { title: fault.validationTitle, detail: '' };
  if (code === 'too-many-attempts') return { title: fault.waitTitle, detail: fault.wait };
  if (code === 'not-found') return { title: fault.goneTitle, detail: fault.gone };
  if (code === 'reset-requirements-unmet') return { title: fault.requirementsTitle, detail: '' };
  if (code === 'password-rejected') return { title: text.password.rejectedTitle, detail: '' };
  return undefined;
}

/** Returns true if a change may have happened although there was no good answer. */
export function isUncertain(fault: unknown): boolean {
  if (fault instanceof Unreachable) return true;
  return fault instanceof Problem && fault.body.status >= 500 && fault.code !== 'overloaded';
}

/** Returns the fault in plain words. `isChange`: the call was to change something. */
export function describeFault(fault: unknown, text: PortalCatalogue, isChange: boolean): Notice {
  const words = text.fault;
  if (fault instanceof Problem) {
    const { code, title, detail, instance, reasons = [], requirements = [], contact } = fault.body;
    const isQuery = code === 'validation' && !isChange;
    const said = isQuery
      ? { title: words.queryTitle, detail: '' }
      : (ownWords(code, text) ?? { title, detail });
    const wrong = isQuery ? (fault.body.errors ?? []) : [];
    const reference = code === 'internal-error' ? [fill(words.reference, { id: instance })] : [];
    // What is wrong in a form stands at its fields.
    const hasPage = code !== 'validation' && code !== 'password-rejected';
    const page = { label: words.help, address: `/problems/${encodeURIComponent(code)}` };
    const missing = requirements.map((requirement) => requirement.text);
    const whom = contact === undefined ? [] : [fill(words.contact, { contact })];
    return {
      ...(hasPage && { help: page }),
      intent: fault.body.status >= 500 || code === 'too-many-attempts' ? 'warning' : 'error',
      title: said.title,
      detail: said.detail === '' ? undefined : said.detail,
      more: [
        ...[...reasons, ...wrong].map((each) => each.detail),
        ...missing,
        ...whom,
        ...reference,
      ],
    };
  }
  const why = fault instanceof Unreachable ? fault.why : 'odd';
  const more = isChange && isUncertain(fault) ? [words.uncertain] : [];
  if (why === 'offline') {
    return { intent: 'warning', title: words.offlineTitle, detail: words.offline, more };
  }
  if (why === 'silent') {
    return { intent: 'warning', title: words.unreachableTitle, detail: words.unreachable, more };
  }
  return { intent: 'error', title: words.oddTitle, detail: words.odd, more };
}

/** Worth the same call again, as it is. */
export function isRepeatable(fault: unknown): boolean {
  if (!(fault instanceof Problem)) return true;
  return fault.body.status >= 500 || fault.code === 'conflict';
}
