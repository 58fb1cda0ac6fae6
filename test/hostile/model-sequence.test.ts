import fc from 'fast-check';
import { afterAll, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { anyChoice, type Choice } from './fixture/choice.ts';
import { Play } from './fixture/play.ts';
import { checkHostile, commandsReplay } from './fixture/replay.ts';
import { closePool } from './fixture/world.ts';

/**
 * Any sequence of calls, clock moves and rotations, on two instances of the app: each answer, each
 * event and each count is the one that the contract says.
 */

/** Commands of one sequence, at most. */
const LENGTH = 30;

type Stage = { readonly play: Play };

class ChoiceCommand implements fc.AsyncCommand<object, Stage> {
  readonly #choice: Choice;

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, { play }: Stage): Promise<void> {
    await play.choose(this.#choice);
  }

  toString(): string {
    return JSON.stringify(this.#choice);
  }
}

afterAll(closePool);

it('any sequence of calls answers, changes and records what the contract says', async () => {
  const command = anyChoice.map((choice) => new ChoiceCommand(choice));
  const commands = fc.commands([command], {
    maxCommands: LENGTH,
    size: 'max',
    ...commandsReplay,
  });
  const property = fc.asyncProperty(commands, async (sequence) => {
    const play = await Play.begin();
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: { play } }), sequence);
      await audit(play);
    } finally {
      await play.world.stop();
    }
  });
  await checkHostile(property, { short: 40, long: 1200 });
});
