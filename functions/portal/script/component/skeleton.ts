import { html, type TemplateResult } from 'lit-html';

/** Takes the room that rows will take, so that nothing jumps when they come. */
export function skeletonRows(label: string, count = 6): TemplateResult {
  return html`<div class="skeleton" role="status">
    <span class="visually-hidden">${label}</span>
    ${Array.from(
      { length: count },
      () => html`<div class="skeleton-row" aria-hidden="true">
        <span class="stencil round"></span><span class="stencil"></span>
        <span class="stencil"></span>
      </div>`,
    )}
  </div>`;
}
