/** What keeps a container from being created, and may mend itself. */
export class ConfigFault extends Error {
  override name = 'ConfigFault';
}
