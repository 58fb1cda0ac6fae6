import fc from 'fast-check';
import { afterAll, it } from 'vitest';
import { audit } from './fixture/audit.ts';
import { anyCommand, type Command } from './fixture/command.ts';
import { ModelRun } from './fixture/model-run.ts';
import { checkHostile, commandsReplay } from './fixture/replay.ts';
import { closePool } from './fixture/test-system.ts';

/**
 * Any sequence of calls, clock moves and rotations, on two instances of the app: each answer, each
 * event and each count is the one that the contract says.
 */

/** Commands of one sequence, at most. */
const LENGTH = 30;

type TestContext = { readonly modelRun: ModelRun };

class ChoiceCommand implements fc.AsyncCommand<object, TestContext> {
  readonly #command: Command;

  constructor(command: Command) {
    this.#command = command;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, { modelRun }: TestContext): Promise<void> {
    await modelRun.choose(this.#command);
  }

  toString(): string {
    return JSON.stringify(this.#command);
  }
}

afterAll(closePool);

it('any sequence of calls answers, changes and records what the contract says', async () => {
  const command = anyCommand.map((command) => new ChoiceCommand(command));
  const commands = fc.commands([command], {
    maxCommands: LENGTH,
    size: 'max',
    ...commandsReplay,
  });
  const property = fc.asyncProperty(commands, async (sequence) => {
    const modelRun = await ModelRun.begin();
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: { modelRun } }), sequence);
      await audit(modelRun);
    } finally {
      await modelRun.system.stop();
    }
  });
  await checkHostile(property, { short: 40, long: 1200 });
});
