/** The faults that are planted into the resources of the templates. */

// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the type of resource
export type Resource = any;

export interface PredictedMutant {
  readonly fault: string;
  /** The end of the type, such as `sites/config`. */
  readonly type: string;
  /** The fault changes only resources whose name contains this. */
  readonly name?: string;
  /** The fault changes only this environment. */
  readonly environment?: string;
  /** Changes one resource; `undefined` takes it away. */
  readonly change: ((resource: Resource) => void) | undefined;
}

/** Sets a member of the properties by its dotted path, with indices; undefined takes it away. */
export function set(path: string, value: unknown) {
  return ({ properties }: Resource) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const target = names.reduce((at, name) => at?.[name], properties);
    if (target === undefined) return;
    if (value === undefined) delete target[last];
    else target[last] = value;
  };
}

export const table = (
  type: string,
  rows: readonly (readonly [string, PredictedMutant['change'], Partial<PredictedMutant>?])[],
): readonly PredictedMutant[] =>
  rows.map(([fault, change, more]) => ({ fault, type, change, ...more }));
