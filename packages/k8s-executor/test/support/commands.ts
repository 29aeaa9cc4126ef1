// Pieces of shell that jobs run. A shell tells on stderr that its sleep was told to end as well: that is left out.

/** Runs until it is told to end, and then ends with 5. */
export const polite = `exec 2>/dev/null; trap 'echo leaving; exit 5' TERM; echo begun; while :; do sleep 0.1; done`;

/** Goes on when it is told to end. */
export const stubborn = `exec 2>/dev/null; trap 'echo staying' TERM; echo begun; while :; do sleep 0.1; done`;

/** Prints 1, 2, 3 and so on, until it is told to end; then it ends with 7. */
export const counting = `exec 2>/dev/null; trap 'echo leaving; exit 7' TERM; i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done`;

/** Of a log of `counting`: all of them, in their order. */
export const numbersIn = (text: string): number[] => [...text.matchAll(/^(\d+)$/gm)].map(([digits]) => Number(digits));

export const upTo = (most: number): number[] => Array.from({ length: most }, (_, i) => i + 1);
