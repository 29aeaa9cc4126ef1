/**
 * A card is called by more memory than its driver tells: an "80 GB" one has 79.6 to 81.6 GiB, and one with ECC keeps a sixteenth for it (L4, A10G, L40S: 22.5
 * of 24 GiB). Older drivers kept a little more (T4: 15,079 of 16,384 MiB). What a person calls a size is not missed by less than 8 %.
 */
export const leastMemory = (asked: number): number => asked * 0.92;

/** Bytes of a MIG instance by the name of its profile (`1g.10gb`), which is all that one can go by: drivers tell 3 to 12 % less. null: it names none. */
export const migMemory = (profile: string): number | null => {
  const [, gigabytes] = /^\d+g\.(\d+)gb(?:\+|$)/.exec(profile) ?? [];
  return gigabytes === undefined ? null : Number(gigabytes) * 2 ** 30;
};
