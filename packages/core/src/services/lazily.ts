type Makers<T, Given> = { [K in keyof T]: (given: Given) => T[K] };

/** Each is made when it is asked for: of a request that is somebody's, only one is. By accessors on a prototype: what it gives is not to be spread. */
export const lazily = <T extends object, Given>(makers: Makers<T, Given>): ((given: Given) => T) => {
  class Lazy {
    readonly #given: Given;
    readonly #made: Partial<T> = {};
    constructor(given: Given) {
      this.#given = given;
    }
    one<K extends keyof T>(name: K): T[K] {
      const made = this.#made[name] ?? makers[name](this.#given);
      this.#made[name] = made;
      return made;
    }
  }
  for (const name in makers)
    Object.defineProperty(Lazy.prototype, name, {
      get(this: Lazy) {
        return this.one(name);
      },
    });
  return (given) => new Lazy(given) as unknown as T;
};
