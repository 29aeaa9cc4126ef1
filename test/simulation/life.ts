/**
 * The life of one simulated process. Everything that it does to the world, and every answer that it gets, crosses here:
 * so it can die, or stand still, between any two of its awaits, and nothing of it is heard of afterwards.
 */
export class Life {
  readonly name: string;
  /** Aborted at death: ends what only this process waited for. */
  readonly end = new AbortController();
  #crossings = 0;
  #dieAt = Number.POSITIVE_INFINITY;
  #frozen: PromiseWithResolvers<void> | null = null;
  readonly #onDeath: () => void;

  constructor(name: string, onDeath: () => void) {
    this.name = name;
    this.#onDeath = onDeath;
  }

  get dead(): boolean {
    return this.end.signal.aborted;
  }

  get frozen(): boolean {
    return this.#frozen !== null;
  }

  /** Dies at the nth crossing from now, in the middle of whatever it does then. */
  dieIn(crossings: number): void {
    this.#dieAt = this.#crossings + crossings;
  }

  die(): void {
    if (this.dead) return;
    this.end.abort(new Error(`${this.name} was killed`));
    this.#onDeath();
  }

  /** As SIGSTOP does. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = null;
  }

  /** A call to the world and its answer: each is a moment to die, or to stand still, in. */
  async call<T>(act: () => Promise<T>): Promise<T> {
    await this.#cross();
    const [answer] = await Promise.allSettled([act()]);
    await this.#cross();
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }

  /** Something that the world tells by itself. */
  hear(act: () => void): void {
    if (this.dead) return;
    if (this.#frozen) this.#frozen.promise.then(() => this.hear(act));
    else act();
  }

  async #cross(): Promise<void> {
    if (++this.#crossings >= this.#dieAt) this.die();
    while (this.#frozen && !this.dead) await this.#frozen.promise;
    // A dead process hears nothing more. A promise of its own, so that all that waits for it is collected with it.
    if (this.dead) await new Promise<never>(() => {});
  }
}
