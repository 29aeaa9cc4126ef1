// What the vendors' tools print, as they print it.

/** nvidia-smi of driver 535: two whole GPUs, one in MIG mode, one of a kind that has no such mode. */
export const query535 = `0, GPU-8dfe2ac2-3bb6-4d0f-9b4c-3a8f0e9a1c10, NVIDIA A100-SXM4-80GB, 81920, Disabled
1, GPU-1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718, NVIDIA A100-SXM4-80GB, 81920, Enabled
2, GPU-d4b6a8c0-0000-4f4f-8a8a-123456789abc, NVIDIA H100 80GB HBM3, 81559, Disabled
3, GPU-99887766-5544-3322-1100-ffeeddccbbaa, NVIDIA L4, 23034, [N/A]
`;

export const list535 = `GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-8dfe2ac2-3bb6-4d0f-9b4c-3a8f0e9a1c10)
GPU 1: NVIDIA A100-SXM4-80GB (UUID: GPU-1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718)
  MIG 3g.40gb     Device  0: (UUID: MIG-a686709d-6dc2-542a-8851-0d2508448c10)
  MIG 1g.10gb     Device  1: (UUID: MIG-53864714-0a66-5df2-9007-9268e30d9a72)
  MIG 1g.10gb+me  Device  2: (UUID: MIG-b8479d6e-d08f-5a92-9a24-0946db72b2a0)
  MIG 1c.3g.40gb  Device  3: (UUID: MIG-d5a46a2e-1d77-575d-99e3-1f96c8555a2e)
GPU 2: NVIDIA H100 80GB HBM3 (UUID: GPU-d4b6a8c0-0000-4f4f-8a8a-123456789abc)
GPU 3: NVIDIA L4 (UUID: GPU-99887766-5544-3322-1100-ffeeddccbbaa)
`;

/** Driver 450, which names instances after their GPU and has no vendor in a model's name. */
export const query450 = '0, GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f, A100-SXM4-40GB, 40537, Enabled\n';
export const list450 = `GPU 0: A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
  MIG 3g.20gb Device 0: (UUID: MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/1/0)
  MIG 3g.20gb Device 1: (UUID: MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/2/0)
`;

/** Driver 440, from before MIG. */
export const query440 = `Field "mig.mode.current" is not a valid field to query.

`;
export const olderQuery440 = '0, GPU-b1d2c3e4-1111-2222-3333-444455556666, Tesla V100-SXM2-32GB, 32510\n';

/** A machine whose GPU shares the machine's memory. */
export const queryUnified = '0, GPU-3e1a7c55-9f0b-4a7e-8c57-0d7f4a6b2e91, NVIDIA GB10, [N/A], [N/A]\n';

export const apps535 = `GPU-8dfe2ac2-3bb6-4d0f-9b4c-3a8f0e9a1c10, 4242, /usr/bin/python3.11, 15232
GPU-8dfe2ac2-3bb6-4d0f-9b4c-3a8f0e9a1c10, 4243, /opt/my app/train, with a comma, 1232
GPU-1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718, 777, [Not Found], [N/A]
GPU-99887766-5544-3322-1100-ffeeddccbbaa, 90, [Insufficient Permissions], [Insufficient Permissions]
`;

export const mismatch = 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n';
export const noDriver = `NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n`;
export const lost = `0, GPU-8dfe2ac2-3bb6-4d0f-9b4c-3a8f0e9a1c10, NVIDIA A100-SXM4-80GB, 81920, Disabled
Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU
`;

export const onlyLost =
  'Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU\n';
export const sickRows = `1, [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error]
2, GPU-d4b6a8c0-0000-4f4f-8a8a-123456789abc, NVIDIA H100 80GB HBM3, [GPU is lost], [GPU is lost]
`;
export const corrupted = 'WARNING: infoROM is corrupted at gpu 0000:3B:00.0\n';

const gpuNode = (node: number, minor: number, location: number, rest: string): string => `node ${node}
gpu_id ${40_000 + node}
cpu_cores_count 0
simd_count 440
mem_banks_count 1
gfx_target_version 90010
vendor_id 4098
device_id 29711
location_id ${location}
domain 0
drm_render_minor ${minor}
local_mem_size 0
${rest}`;

/** Two MI210, as the kernel tells them, the second with a name on its board and in use. */
export const kfd = `node 0
gpu_id 0
cpu_cores_count 64
simd_count 0
mem_banks_count 1
drm_render_minor 0
location_id 0
heap_type 0
size_in_bytes 540853657600
product 
${gpuNode(1, 128, 12544, 'unique_id 8187312345678901234\nheap_type 1\nsize_in_bytes 68702699520\nflags 0\nproduct \n')}${gpuNode(
  2,
  129,
  17152,
  'unique_id 18446744073709551615\nheap_type 1\nsize_in_bytes 68702699520\ngroups 44 109 \nproduct AMD Instinct MI210\n',
)}user 40002 5151 1048576 python3
user 40002 5152 0 idle
`;

/** A consumer board: no id of its own. */
export const kfdConsumer = gpuNode(1, 128, 768, 'unique_id 0\nheap_type 1\nsize_in_bytes 25753026560\nproduct \n');

/** amd-smi of ROCm 6: a list. */
export const amdSmi6 = `[
  { "gpu": 0,
    "asic": { "market_name": "AMD Instinct MI210", "vendor_id": "0x1002", "asic_serial": "0x719F2D333D5C6FF2", "oam_id": "N/A" },
    "bus": { "bdf": "0000:31:00.0", "pcie_interface_version": "Gen 4" },
    "vram": { "type": "HBM", "vendor": "N/A", "size": { "value": 65520, "unit": "MB" } } }
]
`;
/** amd-smi of ROCm 7: the list is inside, and a warning before it. */
export const amdSmi7 = `WARNING: User is missing the following required groups: render, video. Please add user to these groups.
{"gpu_data": [{"gpu": 0, "asic": {"market_name": "AMD Instinct MI210", "asic_serial": "N/A"}, "bus": {"bdf": "0000:31:00.0"}, "vram": {"size": {"value": 65520, "unit": "MB"}}}]}
`;
export const rocmSmi = `WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status

{"card0": {"Unique ID": "0x719f2d333d5c6ff2", "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "6291456", "Card series": "Instinct MI210", "Card model": "0x0c34", "PCI Bus": "0000:31:00.0"}, "system": {"Driver version": "6.10.5"}}
`;
