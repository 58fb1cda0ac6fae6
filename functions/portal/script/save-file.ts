export interface SavedFile {
  readonly name: string;
  readonly type: 'text/csv' | 'text/plain';
  readonly text: string;
}

/** Saves a file that was made here. */
export function saveFile(
  window: Window & typeof globalThis,
  { name, type, text }: SavedFile,
): void {
  const { document, URL } = window;
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // After the browser has taken it.
  window.setTimeout(() => URL.revokeObjectURL(address), 1000);
}
