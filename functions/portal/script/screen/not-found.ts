import type { TemplateResult } from 'lit-html';
import { emptyState } from '../component/empty-state.ts';
import type { Portal } from '../portal.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

export class NotFound implements Screen {
  readonly #portal: Portal;

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  title(): string {
    return this.#portal.translator.text.shell.notFoundTitle;
  }

  view(): TemplateResult {
    const { shell } = this.#portal.translator.text;
    return emptyState({
      icon: 'search',
      title: this.title(),
      text: shell.notFound,
      link: { address: address.home, label: shell.home },
    });
  }
}
