/** A device that is leased by itself: a whole GPU, or a MIG instance of one. A GPU that is in MIG mode is told as its instances. */
export interface Gpu {
  /** `GPU-…` or `MIG-…` of NVIDIA; for others any name that no other device has and that outlives a restart. */
  uuid: string;
  /** As its driver calls it: `NVIDIA A100-SXM4-80GB`. */
  model: string;
  memoryBytes: number;
  /** The MIG profile: `1g.10gb`. Absent: a whole GPU. */
  mig?: string;
  /** Of a MIG instance: the UUID of the GPU that it is a part of. */
  parent?: string;
  /** Something that is not ours uses it, in a few words; it is not leased until that is gone. */
  busy?: string;
  /** It is leased to nobody until this is over, in a few words. Set by the engine, where the ledger and the place disagree. */
  blocked?: string;
}
