/** The longest part of a name that a mail shows: CONTRACT.md "Notices". */
const NAME_MAX_CODE_POINTS = 60;

/**
 * Returns a foreign text as plain text: without control and direction marks, and with a zero-width
 * space where a mail program could see a link.
 */
export function quoted(text: string, maxCodePoints = NAME_MAX_CODE_POINTS): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const points = Array.from(plain);
  const cut =
    points.length > maxCodePoints ? `${points.slice(0, maxCodePoints - 1).join('')}…` : plain;
  return cut.replace(/[.:/@]/g, '$&\u200b');
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign).replaceAll('"', '&quot;');
}
