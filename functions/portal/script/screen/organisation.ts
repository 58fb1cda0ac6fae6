import { html, nothing, type TemplateResult } from 'lit-html';
import {
  type Problem,
  RESET_RULES,
  type ResetRule,
  type ResetRules,
  type Settings,
} from '../../client/index.ts';
import type { ListApp, Naming, Person } from '../app.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, selectField, textField } from '../component/field.ts';
import { messageBar, type Notice, noticeBar } from '../component/notice.ts';
import { refreshButton } from '../component/refresh-button.ts';
import { skeletonRows } from '../component/skeleton.ts';
import { FormState } from '../form-state.ts';
import { fill, type PortalCatalogue } from '../text.ts';
import type { Screen } from './screen.ts';

type OrganisationApp = ListApp & Naming & Person;
type Member = 'contact' | ResetRule;

/** The typed value, beside the one that was saved when the typing began. */
interface Typed {
  readonly value: string;
  readonly over: string;
}

interface Saved {
  readonly settings: Settings;
  readonly etag: string | undefined;
}

function savedValue({ contact, reset }: Settings, member: Member): string {
  return member === 'contact' ? (contact ?? '') : reset[member];
}

function choicesOf(rule: ResetRule, { organisation }: PortalCatalogue) {
  return Object.entries(organisation.choice[rule]).map(([value, label]) => ({ value, label }));
}

/** The contact and the rules of resets. All admins read them, global admins change them. */
export class Organisation implements Screen {
  readonly #app: OrganisationApp;
  readonly #loading: FormState;
  readonly #saving: FormState;
  readonly #takingBack: FormState;
  #saved: Saved | undefined;
  /** The typed values, which outlive a newer version. */
  #typed: Partial<Record<Member, Typed>> = {};

  constructor(app: OrganisationApp) {
    this.#app = app;
    this.#loading = new FormState(app, { isChange: false });
    const onProblem = (problem: Problem) => this.#onProblem(problem);
    const remedy = ({ code }: Problem) => this.#remedy(code);
    this.#saving = new FormState(app, { isChange: true, onProblem, remedy });
    this.#takingBack = new FormState(app, { isChange: true, onProblem, remedy });
    this.reload();
  }

  title(): string {
    return this.#app.translator.text.organisation.title;
  }

  get isUnsaved(): boolean {
    return this.#changed.length > 0;
  }

  reload(): void {
    void this.#loading.run(async () => {
      const { body, etag } = await this.#app.api.call('GET /api/tenant');
      this.#saved = { settings: body.settings, etag };
    });
  }

  view(): TemplateResult {
    const { text } = this.#app.translator;
    const tenant = this.#app.session?.user.tenant ?? '';
    return html`<div class="page-head">
        <div>
          <h1 tabindex="-1">${text.organisation.title}</h1>
          <p class="lead">${fill(text.organisation.lead, { tenant })}</p>
        </div>
        ${refreshButton(this.#app, this)}
      </div>
      ${noticeBar(this.#loading.notice)}
      ${
        this.#saved === undefined
          ? this.#loading.isBusy
            ? skeletonRows(text.shell.loading)
            : nothing
          : this.#settings(this.#saved.settings)
      }`;
  }

  #settings(settings: Settings): TemplateResult {
    const { isGlobalAdmin } = this.#app;
    return html`${this.#pending(settings)} ${isGlobalAdmin ? this.#form() : this.#facts(settings)}`;
  }

  /** Looser rules that are to take effect, which any global admin can stop. */
  #pending({ reset, pending }: Settings): TemplateResult | typeof nothing {
    const { translator, userNames, isGlobalAdmin } = this.#app;
    const { organisation, action } = translator.text;
    if (pending === undefined) return nothing;
    const { reset: later, effectiveAt, by } = pending;
    const rules = RESET_RULES.filter((rule) => later[rule] !== reset[rule]);
    const label = organisation.takeBack;
    const run = () => void this.#takeBack(reset);
    const takeBack = { ...this.#takingBack.button({ label }, action.working), run };
    return html`${messageBar({
      intent: 'warning',
      title: fill(organisation.pending, { date: translator.dateTimeZone(effectiveAt) }),
      more: [
        ...rules.map((rule) => this.#line(rule, later[rule])),
        fill(organisation.pendingBy, { name: userNames.nameOf(by) }),
      ],
      ...(isGlobalAdmin && { action: takeBack }),
    })}
    ${noticeBar(this.#takingBack.notice)}`;
  }

  #label(member: Member): string {
    const { organisation } = this.#app.translator.text;
    return member === 'contact' ? organisation.contact : organisation.rule[member];
  }

  #line(rule: ResetRule, value: string): string {
    const { text } = this.#app.translator;
    const choices: Readonly<Record<string, string>> = text.organisation.choice[rule];
    return fill(text.events.line, { label: this.#label(rule), value: choices[value] ?? value });
  }

  #form(): TemplateResult {
    const { text } = this.#app.translator;
    const { organisation } = text;
    const submit = this.#saving.button(
      { label: organisation.save, type: 'submit', kind: 'primary' },
      text.action.saving,
    );
    return html`<form method="post" action="/" novalidate @submit=${this.#onSubmit}>
      <section class="panel" aria-labelledby="contact-title">
        <h2 id="contact-title">${organisation.contactTitle}</h2>
        ${textField(this.#field('contact', organisation.contactHint))}
      </section>
      <section class="panel" aria-labelledby="rules-title">
        <h2 id="rules-title">${organisation.rulesTitle}</h2>
        <p class="quiet">${organisation.rulesLead}</p>
        <div class="columns">
          ${RESET_RULES.map((rule) => {
            const { onInput: onChange, ...field } = this.#field(rule);
            return selectField({ ...field, onChange, choices: choicesOf(rule, text) });
          })}
        </div>
      </section>
      ${noticeBar(this.#saving.notice)}
      <div class="form-actions">${button(submit)}</div>
    </form>`;
  }

  #facts(settings: Settings): TemplateResult {
    const { organisation, user } = this.#app.translator.text;
    const { contact = user.notGiven } = settings;
    return html`<section class="panel" aria-labelledby="rules-title">
      <h2 id="rules-title">${organisation.rulesTitle}</h2>
      <dl class="facts">
        <div><dt>${organisation.contact}</dt><dd>${contact}</dd></div>
        ${RESET_RULES.map((rule) => {
          const choice = choicesOf(rule, this.#app.translator.text);
          const value = choice.find((one) => one.value === settings.reset[rule])?.label;
          return html`<div><dt>${organisation.rule[rule]}</dt><dd>${value}</dd></div>`;
        })}
      </dl>
      <p class="quiet">${organisation.readOnly}</p>
    </section>`;
  }

  #field(id: Member, hint?: string) {
    const { text } = this.#app.translator;
    const saved = this.#saved === undefined ? '' : savedValue(this.#saved.settings, id);
    const typed = this.#typed[id];
    const isOvertaken = typed !== undefined && typed.over !== saved && typed.value !== saved;
    const choices: Readonly<Record<string, string>> =
      id === 'contact' ? {} : text.organisation.choice[id];
    const value = choices[saved] ?? (saved || text.user.notGiven);
    return {
      id,
      label: this.#label(id),
      value: typed?.value ?? saved,
      error: this.#saving.fields[id],
      hint: isOvertaken ? fill(text.user.savedMeanwhile, { value }) : hint,
      onInput: (next: string) => {
        this.#typed = { ...this.#typed, [id]: { value: next, over: typed?.over ?? saved } };
        this.#saving.touch();
      },
    };
  }

  get #changed(): readonly Member[] {
    const saved = this.#saved?.settings;
    if (saved === undefined) return [];
    return (['contact', ...RESET_RULES] as const).filter((member) => {
      const typed = this.#typed[member];
      return typed !== undefined && typed.value.trim() !== savedValue(saved, member);
    });
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const changed = this.#changed;
    const values = changed.map((member) => [member, this.#typed[member]?.value.trim()]);
    const { contact, ...reset } = Object.fromEntries(values) as Partial<ResetRules> & {
      contact?: string;
    };
    const isDone = await this.#saving.run(() =>
      this.#patch({
        ...(contact !== undefined && { contact: contact || null }),
        ...(Object.keys(reset).length > 0 && { reset }),
      }),
    );
    if (isDone) this.#sayDone(changed);
    focusFirstInvalid(form);
  };

  #sayDone(changed: readonly Member[]): void {
    const { organisation, user } = this.#app.translator.text;
    this.#typed = {};
    const pending = this.#saved?.settings.pending;
    const isLater = pending !== undefined && changed.some((member) => member !== 'contact');
    const title = isLater ? organisation.savedLater : user.saved;
    this.#saving.say({ intent: isLater ? 'info' : 'success', title });
  }

  async #takeBack(reset: ResetRules): Promise<void> {
    const isDone = await this.#takingBack.run(() => this.#patch({ reset }));
    const { takenBack } = this.#app.translator.text.organisation;
    if (isDone) this.#saving.say({ intent: 'success', title: takenBack });
  }

  async #patch(settings: object): Promise<void> {
    const { body, etag } = await this.#app.api.call('PATCH /api/tenant', {
      body: { settings },
      ifMatch: this.#saved?.etag,
    });
    this.#saved = { settings: body.settings, etag };
  }

  #onProblem({ code }: Problem): boolean {
    const { changedMeanwhile } = this.#app.translator.text.organisation;
    if (code !== 'precondition-failed') return false;
    const action = this.#remedy(code);
    this.#saving.say({ intent: 'warning', title: changedMeanwhile, action });
    return true;
  }

  #remedy(code: string): Notice['action'] | undefined {
    if (code !== 'precondition-failed' && code !== 'forbidden') return undefined;
    const { reload } = this.#app.translator.text.action;
    const run = () => {
      this.#saving.say(undefined);
      this.reload();
    };
    return { label: reload, run };
  }
}
