/** How many logs may be followed at once. What is about to go is followed whatever the number is. */
export interface Follows {
  /** Takes a place; null: there is none left. */
  take(): Disposable | null;
  /** Takes one all the same. */
  takeAnyway(): Disposable;
}

export const createFollows = (most: number): Follows => {
  let taken = 0;
  const takeAnyway = (): Disposable => {
    taken += 1;
    let held = true;
    return {
      [Symbol.dispose]() {
        if (held) taken -= 1;
        held = false;
      },
    };
  };
  return { takeAnyway, take: () => (taken < most ? takeAnyway() : null) };
};
