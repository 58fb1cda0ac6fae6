/** Schemas that are made when they are first used: a start makes none that its request does not. */
import * as z from 'zod';

/** Returns a schema, and makes it with the first call. */
export type LateSchema<Schema extends z.ZodType> = () => Schema;

const registry = z.registry<{ id: string }>();
const components: LateSchema<z.ZodType>[] = [];

/** Makes a schema of no name late. */
export function late<Schema extends z.ZodType>(make: () => Schema): LateSchema<Schema> {
  let made: Schema | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Makes a schema late that the OpenAPI document names. */
export function named<Schema extends z.ZodType>(
  id: string,
  make: () => Schema,
): LateSchema<Schema> {
  const schema = late(() => {
    const made = make();
    registry.add(made, { id });
    return made;
  });
  components.push(schema);
  return schema;
}

/** Makes what is not made yet, and returns all schemas with their names. */
export function namedSchemas(): typeof registry {
  for (const schema of components) schema();
  return registry;
}
