import Docker from 'dockerode';

/** Containers and volumes that carry our label, on the engine of this socket. */
export const leftOnEngine = async (socketPath: string): Promise<string[]> => {
  const docker = new Docker({ socketPath });
  const filters = { label: ['runyard.key'] };
  const [containers, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names, State }) => `container ${Names.join()} (${State})`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
};
