import { shapesOf } from './command.ts';
import { UsageError } from './command-line.ts';
import { COMMANDS, isCommand, namesOf } from './command-list.ts';

/** The first words that are not names of commands. */
const OTHERS = ['start', 'help', 'completion'];

const firstWords = () => [
  ...new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0] ?? '')),
  ...OTHERS,
];

/** Lists the words that may follow some words of a command line. */
function wordsAfter(words: string): readonly string[] {
  const [first = ''] = words.split(' ');
  const second = namesOf(first).map((name) => name.slice(first.length + 1));
  const command = COMMANDS[words];
  const options = command === undefined ? [] : Object.keys(shapesOf(command)).sort();
  return [...(words === first ? second : []), ...options.map((option) => `--${option}`)];
}

/** Returns a line of `case` for each name, and for the first word of two, with the next words. */
function casesOf(): string {
  const groups = firstWords().filter((word) => !isCommand(word) && namesOf(word).length > 0);
  const names = [...Object.keys(COMMANDS), ...groups];
  return names.map((name) => `    '${name}') echo '${wordsAfter(name).join(' ')}' ;;\n`).join('');
}

/** Makes the script, which looks up a name of two words first, then one of one. */
function bashScript(): string {
  return `\
_portal_credentials_words() {
  case "$1" in
    '') echo '${firstWords().join(' ')}' ;;
    completion) echo 'bash zsh' ;;
${casesOf()}\
    *) return 1 ;;
  esac
}
_portal_credentials() {
  local typed="\${COMP_WORDS[COMP_CWORD]}" first="" second="" words
  [ "$COMP_CWORD" -lt 2 ] || first="\${COMP_WORDS[1]}"
  [ "$COMP_CWORD" -lt 3 ] || second=" \${COMP_WORDS[2]}"
  words=$(_portal_credentials_words "$first$second" || _portal_credentials_words "$first")
  COMPREPLY=($(compgen -W "$words" -- "$typed"))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$typed"))
}
complete -F _portal_credentials portal-credentials
`;
}

/**
 * Makes the script that completes commands and options; zsh runs the script of bash.
 * @throws {UsageError}
 */
export function completionScript(shell: string | undefined): string {
  if (shell === 'bash') return bashScript();
  if (shell === 'zsh') return `autoload -U +X bashcompinit && bashcompinit\n${bashScript()}`;
  throw new UsageError('Name the shell: completion bash, or completion zsh.');
}
