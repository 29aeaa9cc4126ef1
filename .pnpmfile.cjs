// The `node-*` packages write `os` and `cpu` as plain strings, which pnpm drops from the lockfile: it would then bring
// the binaries of other platforms too.
const list = (value) => (typeof value === 'string' ? [value] : value);

function readPackage(manifest) {
  if (/^node-(linux|win)-/.test(manifest.name)) {
    manifest.os = list(manifest.os);
    manifest.cpu = list(manifest.cpu);
  }
  return manifest;
}

module.exports = { hooks: { readPackage } };
