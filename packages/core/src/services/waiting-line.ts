/**
 * Those who wait for the end of a run. While anybody does, the process is kept alive; and who may miss the news of it is told to look again, in turn, so many in
 * a second at most: ten thousand who wait ask the store no more than some hundreds do.
 */
export interface WaitingLine {
  /** `look` is told to look again from time to time; null: all news reach this one. Returns how to leave. */
  join(look: (() => void) | null): () => void;
}

const everyMs = 1_000;
const atOnce = 200;

export const newWaitingLine = (): WaitingLine => {
  const looking = new Set<() => void>();
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const turn = (): void => {
    const first = looking.values();
    for (let i = Math.min(atOnce, looking.size); i > 0; i--) {
      const look = first.next().value;
      if (!look) return;
      // To the end of the line.
      looking.delete(look);
      looking.add(look);
      look();
    }
  };
  return {
    join(look) {
      size++;
      if (look) looking.add(look);
      timer ??= setInterval(turn, everyMs);
      return () => {
        if (look) looking.delete(look);
        if (--size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
};
