/**
 * Adds a property that is made when it is first asked for. The getter is the same for all that have it: V8 keeps one that a literal makes anew, and all that it
 * sees, with the shape of its object until the next full collection.
 */
export const lazyProperty = <Name extends string>(name: Name) => {
  const own = Symbol(name);
  const get = function (this: { [own]: { make: () => unknown; made?: { value: unknown } } }): unknown {
    const lazy = this[own];
    lazy.made ??= { value: lazy.make() };
    return lazy.made.value;
  };
  return <T extends object, V>(object: T, make: () => V): T & { readonly [K in Name]: V } => {
    Object.defineProperty(object, own, { value: { make } });
    return Object.defineProperty(object, name, { get, enumerable: true, configurable: true }) as T & {
      readonly [K in Name]: V;
    };
  };
};
