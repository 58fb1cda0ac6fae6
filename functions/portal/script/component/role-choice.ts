import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { ROLES, type Role } from '../../client/index.ts';
import type { Translator } from '../text.ts';
import { fieldError } from './field.ts';

export interface RoleChoiceOptions {
  readonly translator: Translator;
  /** True if the admin may give and take the highest role. */
  readonly isGlobalAdmin: boolean;
  readonly legend: string;
  readonly hint?: string;
  readonly chosen: readonly Role[];
  readonly error: string | undefined;
  /** True if nothing here can be changed. */
  readonly isFixed?: boolean;
}

/** Returns the roles with their rights; only a global admin may give or take the highest. */
export function roleChoice(options: RoleChoiceOptions): TemplateResult {
  const { translator, legend, hint, chosen, error, isFixed = false } = options;
  const { user, role } = translator.text;
  const told = [hint && 'roles-hint', error && 'roles-error'].filter(Boolean).join(' ');
  return html`<fieldset class="roles" aria-describedby=${told === '' ? nothing : told}>
    <legend>${legend}</legend>
    ${hint === undefined ? nothing : html`<p class="field-hint" id="roles-hint">${hint}</p>`}
    ${fieldError({ id: 'roles', label: legend, error })}
    <div class="role-grid">
      ${ROLES.map((id) => {
        const isAbove = id === 'globalAdmin' && !options.isGlobalAdmin;
        const isOff = isFixed || isAbove;
        return html`<div class="role">
          <input
            type="checkbox"
            id="role-${id}"
            name="roles"
            value=${id}
            .checked=${live(chosen.includes(id))}
            ?disabled=${isOff}
            aria-invalid=${error === undefined || isOff ? nothing : 'true'}
            aria-describedby="role-${id}-text"
          />
          <label for="role-${id}">${role[id].name}</label>
          <p id="role-${id}-text" class="quiet">
            ${role[id].description} ${isAbove && !isFixed ? user.rolesRank : nothing}
          </p>
        </div>`;
      })}
    </div>
  </fieldset>`;
}

/** A box that is off is not in the form's data, but stays as it is. */
export function chosenRoles(form: HTMLFormElement): readonly Role[] {
  const boxes = form.querySelectorAll<HTMLInputElement>('input[name="roles"]:checked');
  const values = new Set(Array.from(boxes, ({ value }) => value));
  return ROLES.filter((id) => values.has(id));
}
