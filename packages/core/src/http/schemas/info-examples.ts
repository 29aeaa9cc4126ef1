const medium = {
  name: 'medium',
  cores: 2,
  cpu: 2,
  memory: '4Gi',
  memory_bytes: 4_294_967_296,
  gpu: 0,
  gpu_type: null,
  hardware_type: 'CPU',
  cloud: '',
  display: 'Medium - 2 cores - 4 GB RAM',
  display_name: 'Medium',
  price_per_hour: null,
  description: '',
  disabled: false,
  disabled_message: '',
};

export const infoExample = {
  version: '0.1.0',
  executors: [{ name: 'docker', builds_images: true }],
  default_executor: 'docker',
  default_size: 'medium',
  sizes: { medium },
};

export const serverOptionsExample = { sizes: { medium }, disk_space: [], auto_shutoff: [] };

export const jobServerInfoExample = {
  server_options: { size: [medium] },
  default_images: {},
  default_sizes: { CPU: medium },
};
