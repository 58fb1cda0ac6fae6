import type { TemplateResult } from 'lit-html';
import { emptyState } from '../component/empty-state.ts';
import type { Portal } from '../portal.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

/** What admins see is nothing for others; who has become one gets it as soon as that is known. */
export class NotAllowed implements Screen {
  readonly #portal: Portal;

  constructor(portal: Portal) {
    this.#portal = portal;
    void portal.refreshMe().catch(() => {});
  }

  title(): string {
    return this.#portal.translator.text.shell.notAllowedTitle;
  }

  view(): TemplateResult {
    const { shell } = this.#portal.translator.text;
    return emptyState({
      icon: 'lock',
      title: this.title(),
      text: shell.notAllowed,
      link: { address: address.profile, label: shell.toProfile },
    });
  }
}
