/**
 * Something that happens once. There are tens of thousands of these a second: a class, since an object with a getter and closures of
 * its own takes ten times as long to make, and costs nothing while no one waits for it.
 */
export class Once {
  happened = false;
  #listeners: (() => void)[] | undefined;

  happen(): void {
    if (this.happened) return;
    this.happened = true;
    const told = this.#listeners;
    this.#listeners = undefined;
    for (const listener of told ?? []) listener();
  }

  /** Calls back when it happens, at once where it has. What it returns takes that back. */
  on(listener: () => void): () => void {
    if (this.happened) listener();
    else {
      this.#listeners ??= [];
      this.#listeners.push(listener);
    }
    return () => {
      this.#listeners = this.#listeners?.filter((other) => other !== listener);
    };
  }
}
