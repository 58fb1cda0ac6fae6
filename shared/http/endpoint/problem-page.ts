import { Refusal } from '../../credential/refusal.ts';
import { defineEndpoint } from '../endpoint.ts';
import { htmlPage } from '../page.ts';
import { PROBLEM_CODES, PROBLEM_STATUS, type ProblemCode } from '../problem.ts';

function parseCode(text: string | undefined): ProblemCode | undefined {
  return PROBLEM_CODES.find((code) => code === text);
}

/** RFC 9457 section 3.1.1: a problem type's address explains it to people. */
export const problemPageEndpoint = defineEndpoint({
  name: 'problemPage',
  method: 'GET',
  route: 'problems/{code}',
  summary: 'Read an explanation of a problem type.',
  access: 'anonymous',
  answers: { 200: { description: 'A page.', mediaType: 'text/html' } },
  refusals: ['not-found'],
  handle: async ({ params, text, language }) => {
    const code = parseCode(params.code);
    if (code === undefined) throw new Refusal('not-found');
    const { title, detail } = text.problem[code];
    const { statusLabel, codeLabel } = text.page;
    return htmlPage({
      language,
      title,
      paragraphs: [detail],
      facts: [
        [codeLabel, code],
        [statusLabel, `${PROBLEM_STATUS[code]}`],
      ],
    });
  },
});
