import type { TemplateResult } from 'lit-html';
import type { Localized } from '../app.ts';
import { emptyState } from '../component/empty-state.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

export class NotFound implements Screen {
  readonly #app: Localized;

  constructor(app: Localized) {
    this.#app = app;
  }

  title(): string {
    return this.#app.translator.text.shell.notFoundTitle;
  }

  view(): TemplateResult {
    const { shell } = this.#app.translator.text;
    return emptyState({
      icon: 'search',
      title: this.title(),
      text: shell.notFound,
      link: { address: address.home, label: shell.home },
    });
  }
}
