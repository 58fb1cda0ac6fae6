import { html, type TemplateResult } from 'lit-html';
import type { Portal } from '../portal.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

export class NotFound implements Screen {
  readonly #portal: Portal;

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  title(): string {
    return this.#portal.wording.text.shell.notFoundTitle;
  }

  view(): TemplateResult {
    const { shell } = this.#portal.wording.text;
    return html`<h1 tabindex="-1">${this.title()}</h1>
      <p>${shell.notFound}</p>
      <p><a href=${address.home}>${shell.home}</a></p>`;
  }
}
