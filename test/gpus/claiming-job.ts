/**
 * A shell command for busybox that proves who had which device: it claims each one that it really sees by a folder on a mount that all
 * jobs share, and appends what it sees to one file, in an order that nobody can change afterwards.
 */
export const claimingCommand = `
say() { echo "$*" >>/claims/said; }
caps=$(ls /dev/nvidia-caps 2>/dev/null)
devices=\${caps:-$(cd /dev && ls | grep -E '^nvidia[0-9]+$')}
devices=$(echo $devices)
say begin $RUNYARD_ATTEMPT \${RUNYARD_GPU_MEMORY_BYTES:-whole} $devices
if [ -z "$RUNYARD_GPU_MEMORY_BYTES" ]; then
  for device in $devices; do mkdir /claims/$device || say violation $RUNYARD_ATTEMPT $device; done
else
  for device in $devices; do [ ! -e /claims/$device ] || say violation $RUNYARD_ATTEMPT $device; done
fi
sleep 0.$(( 0x$(echo $RUNYARD_RUN_ID | cut -c1-4) % 10 ))
if [ -z "$RUNYARD_GPU_MEMORY_BYTES" ]; then
  for device in $devices; do rmdir /claims/$device; done
fi
say end $RUNYARD_ATTEMPT
`;

export interface Claim {
  what: 'begin' | 'end' | 'violation';
  key: string;
  /** Of `begin`: bytes of a share, or null for whole devices. */
  shareBytes: number | null;
  devices: string[];
}

export const parseClaims = (said: string): Claim[] =>
  said
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [what = '', key = '', third = '', ...rest] = line.split(' ');
      if (what === 'begin') return { what, key, shareBytes: third === 'whole' ? null : Number(third), devices: rest };
      if (what === 'end') return { what, key, shareBytes: null, devices: [] };
      if (what === 'violation') return { what, key, shareBytes: null, devices: [third] };
      throw new Error(`not a line of a job: ${JSON.stringify(line)}`);
    });
