/** What a heap can hold: `order` decides between those due at once; `at` is the heap's own, -1 while it does not hold it. */
export interface Due {
  readonly dueAt: number;
  readonly order: number;
  at: number;
}

/** What is due first is `first`. Adding one, and taking one out from anywhere, costs log n. */
export class DueHeap<T extends Due> {
  readonly #items: T[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Nothing happens where it is not held. */
  remove(item: T): void {
    const { at } = item;
    if (at === -1) return;
    item.at = -1;
    const last = this.#items.pop() as T;
    if (last === item) return;
    this.#rise(last, at);
    this.#sink(last, last.at);
  }

  sorted(): T[] {
    return [...this.#items].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #rise(item: T, from: number): void {
    let at = from;
    for (let above = this.#above(at); above !== undefined && isBefore(item, above); above = this.#above(at)) {
      const free = above.at;
      this.#put(above, at);
      at = free;
    }
    this.#put(item, at);
  }

  #sink(item: T, from: number): void {
    let at = from;
    for (let below = this.#below(at); below !== undefined && isBefore(below, item); below = this.#below(at)) {
      const free = below.at;
      this.#put(below, at);
      at = free;
    }
    this.#put(item, at);
  }

  #above(at: number): T | undefined {
    return at === 0 ? undefined : this.#items[(at - 1) >> 1];
  }

  // The earlier of the two.
  #below(at: number): T | undefined {
    const [left, right] = [this.#items[2 * at + 1], this.#items[2 * at + 2]];
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
  }

  #put(item: T, at: number): void {
    this.#items[at] = item;
    item.at = at;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
