/**
 * The longest text, in UTF-16 characters, with more forms than its own: the compatibility forms can
 * be 18 times as long as the text, and no password of a person is longer.
 */
export const FORMS_MAX_LENGTH = 1024;

/**
 * Returns the forms of a typed password that another system may have hashed: as typed, then NFC,
 * NFD and NFKC, each once. NIST SP 800-63B-4 section 3.1.1.2 names NFC and NFKC. A text of ASCII
 * has one form. The number of forms follows from the typed text alone.
 */
export function passwordForms(password: string): readonly string[] {
  if (password.length > FORMS_MAX_LENGTH) return [password];
  const forms = ['NFC', 'NFD', 'NFKC'].map((form) => password.normalize(form));
  return [...new Set([password, ...forms])];
}
