/** Why a change was not made: its guard did not hold. `id` is the record in the way, where that is known. */
export interface Refusal {
  id?: string;
}

export const inTheWay = (id: string | null | undefined): Refusal => (id == null ? {} : { id });
