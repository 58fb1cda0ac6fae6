/**
 * In the place of @azure/data-tables while Stryker runs: it takes longer to load than most mutants
 * to run, and with the tables in memory only these names of it are used.
 */
export class RestError extends Error {}

export class TableClient {}

/** Texts become OData's, whose quotation mark is doubled. */
export function odata(texts: TemplateStringsArray, ...values: readonly unknown[]): string {
  const quoted = values.map((value) => {
    return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  });
  return String.raw({ raw: texts }, ...quoted);
}
