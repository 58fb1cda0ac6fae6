import type { TemplateResult } from 'lit-html';
import type { Localized, Person } from '../app.ts';
import { emptyState } from '../component/empty-state.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

/** The screen in place of those for admins; a new admin leaves it as soon as that is known. */
export class NotAllowed implements Screen {
  readonly #app: Localized & Person;

  constructor(app: Localized & Person) {
    this.#app = app;
    void app.refreshMe().catch(() => {});
  }

  title(): string {
    return this.#app.translator.text.shell.notAllowedTitle;
  }

  view(): TemplateResult {
    const { shell } = this.#app.translator.text;
    return emptyState({
      icon: 'lock',
      title: this.title(),
      text: shell.notAllowed,
      link: { address: address.profile, label: shell.toProfile },
    });
  }
}
