/** Those of this process that are open. */
const taken = new Set<number>();

/** Which of several Runyards of one process it is: 1, 2, …; a number is free again once it is given back. */
export const instanceNumber = (): { number: number; giveBack(): void } => {
  let number = 1;
  while (taken.has(number)) number++;
  taken.add(number);
  return { number, giveBack: () => void taken.delete(number) };
};
