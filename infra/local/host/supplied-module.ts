import Module from 'node:module';

const supplied = new Map<string, unknown>();
let isPatched = false;

/**
 * Makes `require(name)` answer `exports` from now on, in every CommonJS module of this process.
 * Azure's own worker hands `@azure/functions-core`, which is not a package, to the app in this way.
 */
export function supplyModule(name: string, exports: unknown): void {
  supplied.set(name, exports);
  if (isPatched) return;
  isPatched = true;
  const requireModule = Module.prototype.require;
  Module.prototype.require = function (this: NodeJS.Module, id: string): unknown {
    return supplied.has(id) ? supplied.get(id) : Reflect.apply(requireModule, this, [id]);
  } as typeof requireModule;
}
