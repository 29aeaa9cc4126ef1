/** A named amount of hardware. Memory in bytes, cpu in cores. */
export interface Size {
  name: string;
  cpu: number;
  memoryBytes: number;
  gpu: GpuRequest | null;
}

export interface GpuRequest {
  count: number;
  model?: string;
  memoryBytes?: number;
  mig?: string;
  share?: number;
}
